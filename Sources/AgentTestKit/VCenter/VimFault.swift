/// A fault as vim25 servers answer it.
package struct VimFault: Error, Sendable, Hashable {
    /// The class: `NotAuthenticated`.
    package var name: String
    /// `faultstring`.
    package var message: String
    /// The elements inside the fault, as XML.
    package var fields: String

    package init(_ name: String, message: String = "", fields: String = "") {
        (self.name, self.message, self.fields) = (name, message, fields)
    }

    /// A wrong name or password, or somebody logged in already.
    package static let invalidLogin = VimFault(
        "InvalidLogin", message: "Cannot complete login due to an incorrect user name or password.")
    /// Too many collectors.
    package static let invalidState = VimFault(
        "InvalidState", message: "The operation is not allowed in the current state.")
    /// This server cannot do that.
    package static let notSupported = VimFault(
        "NotSupported", message: "The operation is not supported on the object.")
    /// A wait was cancelled by another call.
    package static let requestCanceled = VimFault(
        "RequestCanceled", message: "The request was canceled by a user.")
    /// The version of a wait is neither the last nor the one before.
    package static let invalidCollectorVersion = VimFault(
        "InvalidCollectorVersion", message: "Specified collector version is out of date or invalid.")

    /// A call without a session.
    package static func notAuthenticated(_ type: String, _ value: String) -> Self {
        .init(
            "NotAuthenticated", message: "The session is not authenticated.",
            fields: "<object type=\"\(type)\">\(value.xmlEscaped)</object><privilegeId>System.View</privilegeId>")
    }

    /// An object that is no more, or never was.
    package static func notFound(_ type: String, _ value: String) -> Self {
        .init(
            "ManagedObjectNotFound",
            message: "The object '\(type):\(value)' has already been deleted or has not been completely created",
            fields: "<obj type=\"\(type.xmlEscaped)\">\(value.xmlEscaped)</obj>")
    }

    /// An argument out of its range.
    package static func invalidArgument(_ property: String) -> Self {
        .init(
            "InvalidArgument", message: "A specified parameter was not correct: \(property)",
            fields: "<invalidProperty>\(property.xmlEscaped)</invalidProperty>")
    }

    /// A path the object does not have.
    package static func invalidProperty(_ name: String) -> Self {
        .init("InvalidProperty", fields: "<name>\(name.xmlEscaped)</name>")
    }

    /// A call that could not be read.
    package static func invalidRequest(_ message: String) -> Self {
        .init("InvalidRequest", message: message)
    }
}
