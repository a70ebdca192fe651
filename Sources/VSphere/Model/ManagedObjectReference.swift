/// The name of an object on the server: its class and its id.
package struct ManagedObjectReference: Sendable, Hashable, CustomStringConvertible {
    /// The class: `EventManager`.
    package var type: String
    /// The id: `vm-41`.
    package var value: String

    package init(type: String, value: String) {
        (self.type, self.value) = (type, value)
    }

    package var description: String { "\(type):\(value)" }
}
