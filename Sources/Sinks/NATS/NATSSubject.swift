package import AgentCore
import EventModel

/// How subjects are made: words and places for what an event has, joined by dots.
package struct NATSSubject: Sendable, Hashable {
    /// A part between two dots.
    package enum Part: Sendable, Hashable {
        case word(String)
        /// The short type, whose own dots stay dots: `vm.powered-on`, so that `guestwatch.vm.>` means something.
        case type
        /// The id of the guest, `_` without one.
        case guest
        /// The name of the agent's host.
        case host
    }

    package static let standard = NATSSubject(parts: [.word("guestwatch"), .type, .guest])
    /// Of one part made of foreign text so many bytes are used.
    private static let partBytes = 128

    package let parts: [Part]

    private init(parts: [Part]) {
        self.parts = parts
    }

    /// Nil when a part is empty, holds what subjects must not, or when the first is no word of its own.
    package init?(_ text: String) {
        var parts: [Part] = []
        for part in text.split(separator: ".", omittingEmptySubsequences: false) {
            switch part {
            case "<type>": parts.append(.type)
            case "<guest>": parts.append(.guest)
            case "<host>": parts.append(.host)
            default:
                guard !part.isEmpty, part.utf8.allSatisfy({ Self.isSafe($0) && $0 != UInt8(ascii: "<") }) else {
                    return nil
                }
                parts.append(.word(String(part)))
            }
        }
        guard case .word(let first)? = parts.first, !first.hasPrefix("$") else { return nil }
        self.parts = parts
    }

    /// What matches every subject made of it.
    package var pattern: String {
        var words: [String] = []
        for part in parts {
            switch part {
            case .word(let word): words.append(word)
            case .guest, .host: words.append("*")
            case .type: return (words + [">"]).joined(separator: ".")
            }
        }
        return words.joined(separator: ".")
    }

    /// Appends the subject of an event. `guest`: its id as it stands in JSON, with escapes.
    func append(type: String, guest: UnsafeBufferPointer<UInt8>?, host: [UInt8], to bytes: inout [UInt8]) {
        for (index, part) in parts.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ".")) }
            switch part {
            case .word(let word): bytes.append(contentsOf: word.utf8)
            case .type: Self.append(type.utf8, dots: true, to: &bytes)
            // SAFETY: lent for this call.
            case .guest: Self.append(guest ?? .init(start: nil, count: 0), dots: false, to: &bytes)
            case .host: Self.append(host, dots: false, to: &bytes)
            }
        }
    }

    private static func append(_ text: some Sequence<UInt8>, dots: Bool, to bytes: inout [UInt8]) {
        let start = bytes.count
        let dot = UInt8(ascii: ".")
        for byte in text {
            guard bytes.count - start < partBytes else { break }
            // A dot at an end or after another would make an empty word.
            let joins = dots && byte == dot && bytes.count > start && bytes.last != dot
            bytes.append(joins || isSafe(byte) ? byte : UInt8(ascii: "_"))
        }
        if bytes.count == start { bytes.append(UInt8(ascii: "_")) }
        if bytes.last == dot { bytes[bytes.count - 1] = UInt8(ascii: "_") }
    }

    private static func isSafe(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "."), UInt8(ascii: "*"), UInt8(ascii: ">"), UInt8(ascii: "\\"): false
        default: true
        }
    }
}

extension ConfigurationType where Value == NATSSubject {
    /// A subject with places: `guestwatch.<type>.<guest>`.
    package static var natsSubject: Self {
        .text(
            expected: "a subject such as \"guestwatch.<type>.<guest>\" that begins with a word",
            placeholder: .standard
        ) { NATSSubject($0) }
    }
}
