import AgentCore

/// A text in which `*` stands for any bytes, none included: `VIRT_*`, `*error*`.
package struct FieldPattern: Sendable, Hashable {
    package let text: String
    private let parts: [[UInt8]]

    package init(_ text: String) {
        self.text = text
        parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
    }

    /// Whether a part of a line is as the pattern says.
    func matches(_ text: borrowing [UInt8], _ range: Range<Int>) -> Bool {
        guard let first = parts.first, let last = parts.last else { return false }
        if parts.count == 1 { return text[range].elementsEqual(first) }
        guard range.count >= first.count + last.count, text[range].starts(with: first),
            text[range].suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = range.lowerBound + first.count..<range.upperBound - last.count
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let place = Self.find(part, in: text, rest) else { return false }
            rest = place + part.count..<rest.upperBound
        }
        return true
    }

    /// Where some bytes first stand in a part of a line.
    static func find(_ part: [UInt8], in text: borrowing [UInt8], _ range: Range<Int>) -> Int? {
        guard let first = part.first, range.count >= part.count else { return part.isEmpty ? range.lowerBound : nil }
        var place = range.lowerBound
        let last = range.upperBound - part.count
        while place <= last {
            if text[place] == first {
                var step = 1
                while step < part.count, text[place + step] == part[step] { step += 1 }
                if step == part.count { return place }
            }
            place += 1
        }
        return nil
    }
}

extension ConfigurationType where Value == FieldPattern {
    /// A text, perhaps with `*` in it.
    static var fieldPattern: Self {
        .text(expected: "a text, in which \"*\" stands for anything", placeholder: FieldPattern("*")) {
            FieldPattern($0)
        }
    }
}
