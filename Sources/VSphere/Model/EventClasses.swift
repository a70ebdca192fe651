/// The vim25 event classes: who descends from whom and what each adds. Read on first use from the compiled-in table.
package struct EventClasses: Sendable {
    /// A field a class adds to its parent.
    package struct Field: Sendable, Hashable {
        /// vim25's name: `destHost`.
        package var name: String
        /// vim25's or XML Schema's type, without the list: `HostEventArgument`, `long`.
        package var type: String
        package var isList: Bool
        package var isOptional: Bool
    }

    private struct Entry: Sendable {
        var parent: String?
        var fields: [Field]
    }

    package static let standard = EventClasses(table: compiledInTable())

    private let entries: [String: Entry]

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

    /// A field of a class, its own or inherited; one of `Event` for an unknown class.
    func field(_ name: String, of className: String) -> Field? {
        for ancestor in lineage(of: className) ?? ["Event"] {
            if let field = entries[ancestor]?.fields.first(where: { $0.name == name }) { return field }
        }
        return nil
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
