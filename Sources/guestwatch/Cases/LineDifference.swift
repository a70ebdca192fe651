import EventModel

/// The difference of two lists of JSON lines, for people: lines that differ only in the order of members are the same.
struct LineDifference {
    /// One line of the difference.
    enum Line: Equatable {
        case same(String)
        case missing(String)
        case unexpected(String)
    }

    let lines: [Line]

    var isEmpty: Bool {
        lines.allSatisfy { if case .same = $0 { true } else { false } }
    }

    init(expected: [String], actual: [String]) {
        let expectedKeys = expected.map(Self.canonical)
        let difference = actual.map(Self.canonical).difference(from: expectedKeys)
        let removed = Set(difference.removals.map { if case .remove(let offset, _, _) = $0 { offset } else { -1 } })
        let inserted = Set(difference.insertions.map { if case .insert(let offset, _, _) = $0 { offset } else { -1 } })
        var lines: [Line] = []
        var (left, right) = (0, 0)
        while left < expected.count || right < actual.count {
            if removed.contains(left) {
                lines.append(.missing(expected[left]))
                left += 1
            } else if inserted.contains(right) {
                lines.append(.unexpected(actual[right]))
                right += 1
            } else {
                lines.append(.same(actual[right]))
                (left, right) = (left + 1, right + 1)
            }
        }
        self.lines = lines
    }

    /// The lines that differ, each side marked, with the number of equal lines between.
    func text(coloured: Bool) -> [String] {
        var text: [String] = []
        var equal = 0
        for line in lines {
            if case .same = line {
                equal += 1
                continue
            }
            if equal > 0 { text.append("  … \(equal) equal") }
            equal = 0
            switch line {
            case .missing(let line): text.append(Self.marked("- ", line, "31", coloured))
            case .unexpected(let line): text.append(Self.marked("+ ", line, "32", coloured))
            case .same: break
            }
        }
        return text
    }

    private static func marked(_ mark: String, _ line: String, _ colour: String, _ coloured: Bool) -> String {
        let text = mark + line.harmlessLines
        return coloured ? "\u{1B}[\(colour)m\(text)\u{1B}[0m" : text
    }

    private static func canonical(_ line: String) -> JSONValue {
        (try? JSONDocument(Array(line.utf8)).root.value.sorted) ?? .string(line)
    }
}
