import Glibc

/// A call of the system that failed: what was attempted, on what, and `errno` in words.
package struct SystemError: Error, Sendable, Hashable, CustomStringConvertible {
    /// As in `ENOENT`; for the caller's decision.
    package var code: Int32
    /// What was attempted: "watch", "read".
    package var action: String
    /// The path or the name it was attempted on.
    package var object: String

    /// Takes `errno` as the failed call left it, or the code a call returned.
    package init(_ action: String, _ object: String, code: Int32 = errno) {
        (self.code, self.action, self.object) = (code, action, object)
    }

    package var description: String {
        "cannot \(action) \"\(object)\": \(String(cString: strerror(code)))"
    }
}
