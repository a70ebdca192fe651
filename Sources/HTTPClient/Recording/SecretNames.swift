/// Where secrets stand in an exchange: names only, no values.
public struct SecretNames: Sendable {
    /// Header names, in lower case.
    public var headers: Set<String>
    /// XML elements by their local names in lower case, each with as many of its ancestors as it takes to tell it
    /// apart: `password` is one wherever it stands, a `returnval` only in the answer that hands out a ticket. Prefixes
    /// do not matter.
    public var elements: [[String]]

    /// Exactly these.
    public init(headers: Set<String>, elements: [[String]]) {
        (self.headers, self.elements) = (headers, elements)
    }

    /// What HTTP, WS-Security and the vSphere APIs call their secrets.
    public static let standard = SecretNames(
        headers: [
            "authorization", "cookie", "proxy-authorization", "set-cookie", "vmware-api-session-id", "x-api-key",
            "x-auth-token",
        ],
        elements: [
            ["password"], ["newpassword"], ["oldpassword"], ["passphrase"], ["secret"], ["privatekey"],
            ["ticket"], ["cloneticket"], ["acquirecloneticketresponse", "returnval"],
            ["acquiregenericserviceticketresponse", "returnval", "id"], ["token"], ["base64token"], ["samltoken"],
            ["header", "security"], ["assertion"], ["binarysecuritytoken"],
            ["binarysecret"], ["requestedsecuritytoken"],
        ])

    /// Whether the innermost of `path` (local names in lower case, outermost first) is the name of a secret.
    func contains(_ path: [String]) -> Bool {
        elements.contains { $0.count <= path.count && $0.elementsEqual(path.suffix($0.count)) }
    }
}
