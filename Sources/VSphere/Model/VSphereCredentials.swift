/// User name and password for one login. Read anew for each login, kept nowhere; its description shows no password.
package struct VSphereCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    /// `watch@vsphere.local`.
    package var userName: String
    /// Never printed.
    package var password: String

    package init(userName: String, password: String) {
        (self.userName, self.password) = (userName, password)
    }

    package var description: String { "credentials of \"\(userName)\"" }

    package var customMirror: Mirror { Mirror(self, children: ["userName": userName]) }
}
