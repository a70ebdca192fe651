/// User name and password for one login. Read anew for each login, kept nowhere; its description shows no password.
package struct VSphereCredentials: Sendable, CustomStringConvertible, CustomReflectable {
    package var userName: String
    package var password: String

    package init(userName: String, password: String) {
        (self.userName, self.password) = (userName, password)
    }

    package var description: String { "credentials of \"\(userName)\"" }

    package var customMirror: Mirror { Mirror(self, children: ["userName": userName]) }
}
