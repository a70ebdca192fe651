/// Names the content of a file for ever, whatever it is called: made of its first line.
package struct FileIdentity: Sendable, Hashable {
    package var hash: UInt64
    /// From 1; of files with the same first line the second has 2.
    package var ordinal: UInt32

    package init(hash: UInt64, ordinal: UInt32) {
        (self.hash, self.ordinal) = (hash, ordinal)
    }

    /// 16 hexadecimal digits, and the ordinal where it is not 1.
    package var text: String {
        let digits = String(hash, radix: 16)
        let padded = String(repeating: "0", count: 16 - digits.utf8.count) + digits
        return ordinal == 1 ? padded : "\(padded)-\(ordinal)"
    }
}

/// Gives identities, none twice: two files that begin alike must not give events with the same ids.
///
/// Remembers what it gave in this epoch. After `limit` of them another epoch begins, whose identities are others: so
/// the memory is bounded.
package struct IdentityRegister: Sendable, Hashable {
    package static let limit = 16_384

    package private(set) var epoch: UInt32
    /// How often a hash was given in this epoch.
    package private(set) var given: [UInt64: UInt32]

    package init(epoch: UInt32 = 0, given: [UInt64: UInt32] = [:]) {
        (self.epoch, self.given) = (epoch, given)
    }

    /// Names a content by its beginning, of which the first line counts, up to `ContentMark.headLimit`.
    package mutating func identity(ofHead head: ArraySlice<UInt8>) -> FileIdentity {
        if given.count >= Self.limit { (epoch, given) = (epoch + 1, [:]) }
        let line = head.prefix(ContentMark.headLimit).prefix { $0 != UInt8(ascii: "\n") }
        var hash = StableHash()
        hash.add("\(epoch)\n".utf8)
        hash.add(line)
        let ordinal = (given[hash.folded] ?? 0) + 1
        given[hash.folded] = ordinal
        return FileIdentity(hash: hash.folded, ordinal: ordinal)
    }
}
