/// A managed object an event names.
///
/// One word wide: an event has room for nine, and the events of a page share those they have in common.
package struct EntityReference: Sendable, Hashable {
    private final class Parts: Sendable {
        let name: String
        let type: String
        let value: String

        init(name: String, type: String, value: String) {
            (self.name, self.type, self.value) = (name, type, value)
        }
    }

    private let parts: Parts

    /// Makes one that is shared with nobody yet.
    package init(name: String, type: String, value: String) {
        parts = Parts(name: name, type: type, value: value)
    }

    /// What it was called when the event was made; empty where the event does not say.
    package var name: String { parts.name }
    /// The class: `VirtualMachine`.
    package var type: String { parts.type }
    /// The managed object id: `vm-41`.
    package var value: String { parts.value }

    package static func == (left: Self, right: Self) -> Bool {
        left.parts === right.parts
            || (left.value == right.value && left.type == right.type && left.name == right.name)
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(name)
        hasher.combine(type)
        hasher.combine(value)
    }
}

extension EntityReference: CustomStringConvertible {
    package var description: String { "\(type):\(value) \"\(name)\"" }
}
