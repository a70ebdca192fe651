/// Reads secrets where the configuration points to them. A secret is read anew each time it is needed, so that a
/// rotated one is found, and is never part of a text that is printed.
public struct SecretStore: Sendable {
    /// Reads the secret, without the line end a file has. Throws what is missing, by name, never with its content.
    public var read: @Sendable (SecretReference) throws(SecretError) -> String

    public init(read: @escaping @Sendable (SecretReference) throws(SecretError) -> String) {
        self.read = read
    }
}

/// Where a secret is.
public enum SecretReference: Sendable, Hashable {
    case environment(String)
    case file(String)
}

/// Why a secret could not be read: names the variable or file.
public struct SecretError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String

    public init(_ description: String) {
        self.description = description
    }
}
