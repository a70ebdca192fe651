package import AgentCore
import EventModel

/// How far all files were read: what the checkpoint of a `FileWatchCollector` holds.
///
/// Version 1: numbers are LEB128, hashes eight bytes, paths are told by what they share with the one before; about 50
/// bytes for each file.
package struct FollowCheckpoint: Sendable, Hashable {
    private static let version = 1
    /// A path the kernel opens is shorter. In bytes.
    private static let maximumPath = 4096
    /// Ends what was written; a checkpoint that was cut off has none.
    private static let end: UInt8 = 0xF7

    package var marks: [FileMark] = []
    package var register = IdentityRegister()

    package init(marks: [FileMark] = [], register: IdentityRegister = IdentityRegister()) {
        (self.marks, self.register) = (marks, register)
    }

    /// Reads one. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint) throws {
        guard checkpoint.version == Self.version, let read = Self.read(checkpoint.bytes) else {
            throw CollectorError.unusableCheckpoint(
                "the checkpoint of the followed files (version \(checkpoint.version)) cannot be read: give the "
                    + "collector another name to begin anew")
        }
        self = read
    }

    /// To be stored.
    package func encoded() -> Checkpoint {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(64 + marks.count * 80 + register.given.count * 10)
        bytes.append(varint: UInt64(register.epoch))
        bytes.append(varint: UInt64(register.given.count))
        for (hash, count) in register.given.sorted(by: { $0.key < $1.key }) {
            bytes.append(fixed: hash)
            bytes.append(varint: UInt64(count))
        }
        bytes.append(varint: UInt64(marks.count))
        var last: [UInt8] = []
        for mark in marks {
            let path = Array(mark.path.utf8)
            let shared = zip(path, last).prefix { $0 == $1 }.count
            bytes.append(varint: UInt64(shared))
            bytes.append(varint: UInt64(path.count - shared))
            bytes += path[shared...]
            last = path
            Self.append(mark, to: &bytes)
        }
        bytes.append(Self.end)
        return Checkpoint(version: Self.version, bytes: bytes)
    }

    private static func append(_ mark: FileMark, to bytes: inout [UInt8]) {
        var flags: UInt8 = mark.identity == nil ? 0 : 1
        flags |= (mark.passesOver ? 2 : 0) | (mark.isRotated ? 4 : 0) | (mark.isFinished ? 8 : 0)
        bytes.append(flags)
        bytes.append(varint: mark.object.device)
        bytes.append(varint: mark.object.inode)
        bytes.append(varint: mark.content.offset)
        bytes.append(fixed: mark.content.headHash)
        bytes.append(fixed: mark.content.tailHash)
        if let identity = mark.identity {
            bytes.append(fixed: identity.hash)
            bytes.append(varint: UInt64(identity.ordinal))
        }
    }

    /// Reads the bytes of version 1; nil when they are not that. A pure function of hostile bytes.
    package static func read(_ bytes: [UInt8]) -> FollowCheckpoint? {
        var rest = bytes[...]
        guard let epoch = rest.popVarint().flatMap({ UInt32(exactly: $0) }), let given = rest.popVarint() else {
            return nil
        }
        // No more are believed than the bytes can hold.
        guard given <= rest.count / 9 else { return nil }
        var register: [UInt64: UInt32] = [:]
        for _ in 0..<given {
            guard let hash = rest.popFixed(), let count = rest.popVarint().flatMap({ UInt32(exactly: $0) }) else {
                return nil
            }
            register[hash] = count
        }
        guard let count = rest.popVarint(), count <= rest.count / 20 else { return nil }
        var (marks, last): ([FileMark], [UInt8]) = ([], [])
        for _ in 0..<count {
            guard let mark = readMark(&rest, after: &last) else { return nil }
            marks.append(mark)
        }
        guard rest.count == 1, rest.first == end else { return nil }
        return FollowCheckpoint(marks: marks, register: IdentityRegister(epoch: epoch, given: register))
    }

    private static func readMark(_ rest: inout ArraySlice<UInt8>, after last: inout [UInt8]) -> FileMark? {
        guard let shared = rest.popVarint(), shared <= last.count, let length = rest.popVarint(), length <= rest.count,
            shared + length <= maximumPath
        else { return nil }
        last = Array(last.prefix(Int(shared)) + rest.prefix(Int(length)))
        rest = rest.dropFirst(Int(length))
        guard let path = String(validating: last, as: UTF8.self), let flags = rest.popFirst(), flags < 16,
            let device = rest.popVarint(), let inode = rest.popVarint(), let offset = rest.popVarint(),
            let headHash = rest.popFixed(), let tailHash = rest.popFixed()
        else { return nil }
        var mark = FileMark(path: path, object: .init(device: device, inode: inode))
        mark.content = ContentMark(offset: offset, headHash: headHash, tailHash: tailHash)
        (mark.passesOver, mark.isRotated, mark.isFinished) = (flags & 2 != 0, flags & 4 != 0, flags & 8 != 0)
        if flags & 1 != 0 {
            guard let hash = rest.popFixed(), let ordinal = rest.popVarint().flatMap({ UInt32(exactly: $0) }) else {
                return nil
            }
            mark.identity = FileIdentity(hash: hash, ordinal: ordinal)
        }
        return mark
    }
}

extension [UInt8] {
    fileprivate mutating func append(varint value: UInt64) {
        var value = value
        while value >= 0x80 {
            append(UInt8(truncatingIfNeeded: value) | 0x80)
            value >>= 7
        }
        append(UInt8(truncatingIfNeeded: value))
    }

    fileprivate mutating func append(fixed value: UInt64) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: value >> UInt64(shift))) }
    }
}

extension ArraySlice<UInt8> {
    fileprivate mutating func popVarint() -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: 0, to: 64, by: 7) {
            guard let byte = popFirst(), shift < 63 || byte < 2 else { return nil }
            value |= UInt64(byte & 0x7F) << UInt64(shift)
            if byte < 0x80 { return value }
        }
        return nil
    }

    fileprivate mutating func popFixed() -> UInt64? {
        guard count >= 8 else { return nil }
        defer { removeFirst(8) }
        return prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
