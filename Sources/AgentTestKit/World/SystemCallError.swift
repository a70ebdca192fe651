import Glibc

/// A system call of the kit failed.
package struct SystemCallError: Error, CustomStringConvertible {
    /// What was attempted.
    package let attempt: String
    /// What the kernel said.
    package let errno: Int32

    package var description: String { "\(attempt): \(String(cString: strerror(errno)))" }
}
