import Glibc

/// The environment of the test process.
package enum Environment {
    /// The value of a variable; nil when it is not set or empty.
    package static subscript(name: String) -> String? {
        guard let value = getenv(name) else { return nil }
        // SAFETY: the environment of a test process is not changed while it runs.
        let text = String(cString: value)
        return text.isEmpty ? nil : text
    }
}
