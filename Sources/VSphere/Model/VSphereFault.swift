/// A fault as vim25 tells it: in the detail of a SOAP fault, or in place of a property that could not be read.
package struct VSphereFault: Sendable, Hashable, CustomStringConvertible {
    /// The fault class: `InvalidArgument`; empty when the server gave none.
    package var name: String
    /// The server's sentence; may be empty.
    package var message: String
    /// What the fault carries besides, as text by name: `invalidProperty`, `privilegeId`, `obj`, `method`.
    /// Of nested parts only the text of the part itself is kept.
    package var members: [String: String]

    package init(name: String, message: String = "", members: [String: String] = [:]) {
        (self.name, self.message, self.members) = (name, message, members)
    }

    package var description: String {
        let details = members.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ", ")
        return (name.isEmpty ? "fault" : name) + (details.isEmpty ? "" : " (\(details))")
            + (message.isEmpty ? "" : ": \(message)")
    }
}
