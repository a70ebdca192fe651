/// A path with wildcards: `*` and `?` within a name, `[a-z]` and `[!a-z]`, and `**` for any number of folders.
///
/// As in a shell, a wildcard at the beginning of a name does not stand for a dot. `\` takes the next character as it
/// is.
package struct PathPattern: Sendable, Hashable {
    /// A part of the path between two slashes.
    package enum Segment: Sendable, Hashable {
        case name(String)
        case wild([UInt8])
        case anyFolders
    }

    package let text: String
    package let segments: [Segment]

    package init(_ text: String) {
        self.text = text
        segments = text.utf8.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }.map { part in
            if part.elementsEqual("**".utf8) { return .anyFolders }
            let isWild = part.contains { $0 == 0x2A || $0 == 0x3F || $0 == 0x5B || $0 == 0x5C }
            return isWild ? .wild(Array(part)) : .name(String(decoding: part, as: UTF8.self))
        }
    }

    /// Whether a whole path is meant; a pattern without a slash is about the last name.
    package func matches(_ path: String) -> Bool {
        // What ends in a slash can only be a folder.
        if path.utf8.last == UInt8(ascii: "/"), text.utf8.last != UInt8(ascii: "/") { return false }
        let names = path.utf8.split(separator: UInt8(ascii: "/"))
        if !text.utf8.contains(UInt8(ascii: "/")) {
            guard let name = names.last, let segment = segments.first else { return false }
            return Self.matches(name, segment)
        }
        return matches(names)
    }

    /// At most (names) × (segments) steps: of several `**` only the last is ever taken back, as with `*` in a name.
    private func matches(_ names: [Substring.UTF8View]) -> Bool {
        var (place, index) = (0, 0)
        var retry: (index: Int, place: Int)?
        while place < names.count {
            if index < segments.count, segments[index] == .anyFolders {
                index += 1
                retry = (index, place)
            } else if index < segments.count, Self.matches(names[place], segments[index]) {
                (place, index) = (place + 1, index + 1)
            } else if let (segment, start) = retry {
                retry = (segment, start + 1)
                (place, index) = (start + 1, segment)
            } else {
                return false
            }
        }
        return segments[index...].allSatisfy { $0 == .anyFolders }
    }

    private static func matches(_ name: Substring.UTF8View, _ segment: Segment) -> Bool {
        switch segment {
        case .name(let own): name.elementsEqual(own.utf8)
        case .wild(let pattern): matches(name: Array(name), pattern: pattern)
        case .anyFolders: true
        }
    }

    /// Whether a name is meant by a pattern with wildcards: at most (length of the one) × (length of the other) steps.
    package static func matches(name: [UInt8], pattern: [UInt8]) -> Bool {
        if name.first == UInt8(ascii: "."), pattern.first != UInt8(ascii: "."), pattern.first != UInt8(ascii: "\\") {
            return false
        }
        var (place, index) = (0, 0)
        // Behind the last star, and how much of the name it stood for: the only choice that is ever taken back.
        var retry: (index: Int, place: Int)?
        while place < name.count {
            if index < pattern.count, pattern[index] == UInt8(ascii: "*") {
                index += 1
                retry = (index, place)
            } else if let next = step(name[place], pattern, index) {
                (place, index) = (place + 1, next)
            } else if let (star, start) = retry {
                retry = (star, start + 1)
                (place, index) = (start + 1, star)
            } else {
                return false
            }
        }
        return pattern[index...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Where the pattern goes on behind one byte of the name; nil when it does not match.
    private static func step(_ byte: UInt8, _ pattern: [UInt8], _ index: Int) -> Int? {
        guard index < pattern.count else { return nil }
        switch pattern[index] {
        case UInt8(ascii: "?"): return index + 1
        case UInt8(ascii: "\\") where index + 1 < pattern.count: return pattern[index + 1] == byte ? index + 2 : nil
        case UInt8(ascii: "["):
            guard let set = ByteSet(pattern, at: index) else { return byte == pattern[index] ? index + 1 : nil }
            return set.contains(byte) ? set.end : nil
        default: return pattern[index] == byte ? index + 1 : nil
        }
    }
}

/// `[…]` in a pattern.
private struct ByteSet {
    /// Behind the closing bracket.
    let end: Int
    private var ranges: [ClosedRange<UInt8>] = []
    private let isNegated: Bool

    /// Nil when the bracket is never closed: it is then an ordinary character.
    init?(_ pattern: [UInt8], at open: Int) {
        var index = open + 1
        isNegated = index < pattern.count && [UInt8(ascii: "!"), UInt8(ascii: "^")].contains(pattern[index])
        if isNegated { index += 1 }
        let first = index
        while index < pattern.count, pattern[index] != UInt8(ascii: "]") || index == first {
            let isRange =
                index + 2 < pattern.count && pattern[index + 1] == UInt8(ascii: "-")
                && pattern[index + 2] != UInt8(ascii: "]")
            let last = isRange ? pattern[index + 2] : pattern[index]
            if pattern[index] <= last { ranges.append(pattern[index]...last) }
            index += isRange ? 3 : 1
        }
        guard index < pattern.count else { return nil }
        end = index + 1
    }

    func contains(_ byte: UInt8) -> Bool {
        ranges.contains { $0.contains(byte) } != isNegated
    }
}
