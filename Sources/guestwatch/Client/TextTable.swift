/// Rows with aligned columns, for people.
struct TextTable {
    /// How a column stands.
    enum Side { case left, right }

    private let sides: [Side]
    private var rows: [[String]]

    /// A table with this head; numbers stand right.
    init(_ head: [(String, Side)]) {
        sides = head.map(\.1)
        rows = [head.map(\.0)]
    }

    /// Adds a row. What came from outside is shown harmlessly.
    mutating func add(_ cells: [String]) {
        rows.append(cells.map { $0.harmless })
    }

    /// Its lines, the head first.
    var lines: [String] {
        let widths = sides.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            let cells = row.indices.map { column -> String in
                let space = String(repeating: " ", count: widths[column] - row[column].count)
                return sides[column] == .left ? row[column] + space : space + row[column]
            }
            var line = cells.joined(separator: "  ")
            while line.last == " " { line.removeLast() }
            return line
        }
    }
}
