/// Reads secrets where the configuration points to them. A secret is read anew each time it is needed, so that a
/// rotated one is found, and is never part of a text that is printed.
package struct SecretStore: Sendable {
    /// Reads the secret, without the line end a file has. Throws what is missing, by name, never with its content.
    package var read: @Sendable (SecretReference) throws(SecretError) -> String

    package init(read: @escaping @Sendable (SecretReference) throws(SecretError) -> String) {
        self.read = read
    }
}

/// Where a secret is.
package enum SecretReference: Sendable, Hashable {
    case environment(String)
    case file(String)
}

/// Why a secret could not be read: names the variable or file.
package struct SecretError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}
