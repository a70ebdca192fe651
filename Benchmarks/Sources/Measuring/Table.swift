/// A table for people, with columns as wide as they need: the first two to the left, numbers to the right.
package struct Table {
    private var rows: [[String]]

    package init(_ titles: String...) {
        rows = [titles]
    }

    package mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    /// Prints the table below a title, and adds it to the results that are kept.
    package func show(_ title: String) {
        Results.add(title, rows)
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        print("\n\(title)\n")
        for row in rows {
            let cells = zip(row, widths).enumerated().map { column, cell in
                let space = String(repeating: " ", count: cell.1 - cell.0.count)
                return column < 2 ? cell.0 + space : space + cell.0
            }
            print("  " + cells.joined(separator: "  "))
        }
    }
}
