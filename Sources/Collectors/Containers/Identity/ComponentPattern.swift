/// What one component of a cgroup path may look like: text, placeholders, and the part that is the id.
///
/// - `<hex64>`: so many hexadecimal digits, in lower case. `<digits>`: one or more. `<any>`: one or more bytes.
/// - `<uid>`: a UUID with dashes or underscores, or 32 hexadecimal digits.
/// - `<unit>`: one or more bytes as systemd writes them in the names of units: `\x2d` is a dash.
/// - `[.scope]`: text that may be missing.
/// - `(…)`: what is taken; the whole component where there is none.
package struct ComponentPattern: Sendable {
    private enum Piece: Sendable {
        case text([UInt8], isOptional: Bool)
        case hex(Int)
        case digits
        case uid
        case any(isEscaped: Bool)
        case open
        case close
    }

    private let pieces: [Piece]
    private let first: UInt8?
    /// What is shorter does not look like it. In bytes.
    private let shortest: Int
    private let isEscaped: Bool

    /// Reads the pattern; nil when it is none.
    package init?(_ text: Substring) {
        var pieces: [Piece] = []
        var rest = text
        while let character = rest.first {
            switch character {
            case "(": pieces.append(.open)
            case ")": pieces.append(.close)
            case "<", "[":
                guard let end = rest.firstIndex(of: character == "<" ? ">" : "]") else { return nil }
                let word = rest[rest.index(after: rest.startIndex)..<end]
                if character == "[" {
                    pieces.append(.text(Array(word.utf8), isOptional: true))
                } else {
                    guard let piece = Self.placeholder(word) else { return nil }
                    pieces.append(piece)
                }
                rest = rest[end...]
            default:
                let literal = rest.prefix { !"(<[)".contains($0) }
                pieces.append(.text(Array(literal.utf8), isOptional: false))
                rest = rest.dropFirst(literal.count - 1)
            }
            rest = rest.dropFirst()
        }
        self.pieces = pieces
        shortest = pieces.reduce(0) { $0 + Self.shortest($1) }
        isEscaped = pieces.contains { if case .any(isEscaped: true) = $0 { true } else { false } }
        if case .text(let bytes, isOptional: false)? = pieces.first { first = bytes.first } else { first = nil }
    }

    private static func placeholder(_ word: Substring) -> Piece? {
        switch word {
        case "digits": .digits
        case "uid": .uid
        case "any": .any(isEscaped: false)
        case "unit": .any(isEscaped: true)
        default: word.hasPrefix("hex") ? Int(word.dropFirst(3)).map { .hex($0) } : nil
        }
    }

    /// What is taken of a component that looks like this; nil when it does not.
    package func match(_ component: Span<UInt8>) -> String? {
        guard component.count >= shortest, component.count > 0, first == nil || first == component[0] else {
            return nil
        }
        var taken = 0..<component.count
        guard match(component, at: 0, piece: 0, &taken) else { return nil }
        let text = component.extracting(taken)
        return isEscaped ? SystemdName.unescaped(text.array) : String(decoding: text.array, as: UTF8.self)
    }

    private static func shortest(_ piece: Piece) -> Int {
        switch piece {
        case .text(let text, let isOptional): isOptional ? 0 : text.count
        case .hex(let count): count
        case .uid: 32
        case .digits, .any: 1
        case .open, .close: 0
        }
    }

    /// Whether the rest of the component from `index` on looks like the pieces from `piece` on.
    private func match(_ component: Span<UInt8>, at index: Int, piece: Int, _ taken: inout Range<Int>) -> Bool {
        guard piece < pieces.count else { return index == component.count }
        switch pieces[piece] {
        case .text(let text, let isOptional):
            if isOptional, match(component, at: index, piece: piece + 1, &taken) { return true }
            guard index + text.count <= component.count, text.indices.allSatisfy({ component[index + $0] == text[$0] })
            else { return false }
            return match(component, at: index + text.count, piece: piece + 1, &taken)
        case .hex(let count):
            guard index + count <= component.count,
                (index..<(index + count)).allSatisfy({ Self.isHexadecimal(component[$0]) })
            else { return false }
            return match(component, at: index + count, piece: piece + 1, &taken)
        case .digits:
            var end = index
            while end < component.count, component[end] &- 0x30 <= 9 { end += 1 }
            return end > index && match(component, at: end, piece: piece + 1, &taken)
        case .uid:
            guard let count = Self.lengthOfUID(component, at: index) else { return false }
            return match(component, at: index + count, piece: piece + 1, &taken)
        case .any:
            // The longest first: the text behind it is an ending.
            for end in stride(from: component.count, to: index, by: -1)
            where match(component, at: end, piece: piece + 1, &taken) { return true }
            return false
        case .open:
            guard match(component, at: index, piece: piece + 1, &taken) else { return false }
            taken = index..<taken.upperBound
            return true
        case .close:
            guard match(component, at: index, piece: piece + 1, &taken) else { return false }
            taken = taken.lowerBound..<index
            return true
        }
    }

    private static func isHexadecimal(_ byte: UInt8) -> Bool {
        byte &- 0x30 <= 9 || byte &- 0x61 <= 5
    }

    /// The length of the pod's UID at the index: 8-4-4-4-12 digits, or 32 without anything between.
    private static func lengthOfUID(_ component: Span<UInt8>, at index: Int) -> Int? {
        let rest = component.count - index
        if rest >= 36,
            (0..<36).allSatisfy({ offset in
                let byte = component[index + offset]
                let isBetween = offset == 8 || offset == 13 || offset == 18 || offset == 23
                return isBetween ? byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") : isHexadecimal(byte)
            })
        {
            return 36
        }
        return rest >= 32 && (0..<32).allSatisfy { isHexadecimal(component[index + $0]) } ? 32 : nil
    }
}

/// Names as systemd writes them in the names of its units.
package enum SystemdName {
    /// The name before it was escaped: `nsp\x2d2.x` was `nsp-2.x`. What is no escape stays as it is.
    package static func unescaped(_ text: [UInt8]) -> String {
        var bytes: [UInt8] = []
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "\\"), index + 3 < text.count, text[index + 1] == UInt8(ascii: "x"),
                let value = UInt8(String(decoding: text[(index + 2)...(index + 3)], as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                index += 4
            } else {
                bytes.append(text[index])
                index += 1
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
