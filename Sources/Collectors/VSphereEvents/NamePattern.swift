/// A foreign name in which `*` stands for any characters, none included: `esx.problem.vmfs.*`, `com.vmware.cl.*Fail*`.
package struct NamePattern: Sendable, Hashable {
    package let text: String
    /// How many characters it names: of two patterns that match, the one that names more is meant.
    package let weight: Int
    private let parts: [[UInt8]]

    package init(_ text: String) {
        self.text = text
        parts = text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)
        weight = parts.reduce(0) { $0 + $1.count }
    }

    /// Whether the text has no `*` and names one thing only.
    package var isExact: Bool { parts.count == 1 }

    package func matches(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        guard let first = parts.first, let last = parts.last else { return false }
        if isExact { return bytes == first }
        guard bytes.count >= weight, bytes.starts(with: first), bytes.suffix(last.count).elementsEqual(last) else {
            return false
        }
        var rest = bytes[first.count..<(bytes.count - last.count)]
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let end = rest.end(of: part) else { return false }
            rest = rest[end...]
        }
        return true
    }
}

extension ArraySlice<UInt8> {
    /// Where the first occurrence of `part` ends.
    fileprivate func end(of part: [UInt8]) -> Int? {
        guard count >= part.count else { return nil }
        return (startIndex...(endIndex - part.count)).first { self[$0...].starts(with: part) }.map { $0 + part.count }
    }
}
