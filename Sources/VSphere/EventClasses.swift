/// The vim25 event classes: who descends from whom and what each adds. Read on first use from the compiled-in table.
package struct EventClasses: Sendable {
    package static let standard = EventClasses()

    /// The names of all classes, `Event` included, sorted.
    package var names: [String] { [] }

    /// The class and its ancestors, nearest first, ending with `Event`; nil for an unknown class.
    package func lineage(of className: String) -> [String]? { nil }

    /// Whether `className` is `ancestor` or descends from it. An unknown class descends from nothing.
    package func isKind(_ className: String, of ancestor: String) -> Bool {
        lineage(of: className)?.contains(ancestor) ?? false
    }
}
