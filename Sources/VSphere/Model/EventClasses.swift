/// The vim25 event classes: who descends from whom and what each adds. Read on first use from the compiled-in table.
package struct EventClasses: Sendable {
    /// A field a class adds to its parent.
    package struct Field: Sendable, Hashable {
        /// vim25's name: `destHost`.
        package var name: String
        /// vim25's or XML Schema's type, without the list: `HostEventArgument`, `long`.
        package var type: String
        /// May stand there more than once.
        package var isList: Bool
        /// May be missing.
        package var isOptional: Bool
    }

    private struct Entry: Sendable {
        var parent: String?
        var fields: [Field]
        /// Of all fields, inherited ones too, those that are not plain texts.
        var shapes: [(name: String, shape: FieldShape)] = []
    }

    /// The compiled-in table.
    package static let standard = EventClasses(table: compiledInTable())

    private var entries: [String: Entry]

    /// Reads a table: a header line, then lines of class, parent and fields (`name:type[]?`, separated by spaces).
    init(table: String) {
        var entries: [String: Entry] = [:]
        for line in table.split(separator: "\n").dropFirst() {
            let columns = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard columns.count == 3 else { continue }
            let fields = columns[2].split(separator: " ").compactMap(Field.init(declaration:))
            let parent = columns[1].isEmpty ? nil : String(columns[1])
            entries[String(columns[0])] = Entry(parent: parent, fields: fields)
        }
        self.entries = entries
        for name in entries.keys {
            let shapes = fields(of: name).map { ($0.name, FieldShape($0)) }.filter { $0.1 != .text }
            entries[name]?.shapes = shapes
        }
        self.entries = entries
    }

    /// The names of all classes, `Event` included, sorted.
    package var names: [String] { entries.keys.sorted() }

    /// The class and its ancestors, nearest first, ending with `Event`; nil for an unknown class.
    package func lineage(of className: String) -> [String]? {
        guard entries[className] != nil else { return nil }
        return Array(sequence(first: className) { entries[$0]?.parent })
    }

    /// Whether `className` is `ancestor` or descends from it. An unknown class descends from nothing.
    package func isKind(_ className: String, of ancestor: String) -> Bool {
        lineage(of: className)?.contains(ancestor) ?? false
    }

    /// All fields of a class, inherited ones first; those of `Event` for an unknown class.
    package func fields(of className: String) -> [Field] {
        (lineage(of: className) ?? ["Event"]).reversed().flatMap { entries[$0]?.fields ?? [] }
    }

    /// How the fields of a class are written that are not plain texts; those of `Event` for an unknown class.
    func shapes(of className: String) -> [(name: String, shape: FieldShape)] {
        (entries[className] ?? entries["Event"])?.shapes ?? []
    }

    /// The table's own copy of a known class's name, so that events share it.
    func sharedName(_ className: String) -> String {
        entries.index(forKey: className).map { entries[$0].key } ?? className
    }
}

extension EventClasses.Field {
    /// Reads `name:type[]?`.
    fileprivate init?(declaration: Substring) {
        let parts = declaration.split(separator: ":")
        guard parts.count == 2 else { return nil }
        var type = parts[1]
        isOptional = type.last == "?"
        if isOptional { type.removeLast() }
        isList = type.hasSuffix("[]")
        if isList { type.removeLast(2) }
        (name, self.type) = (String(parts[0]), String(type))
    }
}
