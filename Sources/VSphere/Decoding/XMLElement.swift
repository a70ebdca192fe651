/// An element of an answer and what it holds. Events are not part of it: they are decoded apart.
struct XMLElement: Sendable, Hashable {
    /// Local name.
    var name: String
    /// Namespace URI; empty when in none.
    var namespace: String
    /// The local part of `xsi:type`: `ArrayOfEvent`.
    var typeName: String?
    /// vim25's attribute `type` of a managed object reference.
    var referenceType: String?
    /// Its own text, without that of its children.
    var text = ""
    /// In their order.
    var children: [XMLElement] = []

    /// vim25's namespace.
    static let vim25 = "urn:vim25"

    /// The first child of a name.
    subscript(name: String) -> XMLElement? {
        children.first { $0.name == name }
    }

    /// All children of a name.
    func all(_ name: String) -> [XMLElement] {
        children.filter { $0.name == name }
    }

    /// The text of the first child of a name.
    func text(_ name: String) -> String? {
        self[name]?.text
    }

    /// What the element refers to, if it is a managed object reference.
    var reference: ManagedObjectReference? {
        guard let referenceType, !text.isEmpty else { return nil }
        return ManagedObjectReference(type: referenceType, value: text)
    }
}
