package import AgentCore
import EventModel

/// Who a sink is to its destination: the header `Authorization`.
package enum HTTPAuthentication: Configurable, Hashable {
    /// `Basic`, by RFC 7617 with UTF-8.
    case basic(userName: String, password: SecretReference)
    /// `Bearer TOKEN`, or another word before it; nil: the destination's own habit.
    case token(SecretReference, scheme: String?)

    package init(from reader: inout ConfigurationReader) {
        let userName = reader.optional("username", .string, "Who logs in.")
        let password = reader.optional("password", .secret, "Where the password is.")
        let token = reader.optional("token", .secret, "Where the token is.")
        let scheme = reader.optional(
            "scheme", .authenticationScheme, "The word before the token; without it, what the destination is used to.")
        if let token, userName == nil, password == nil {
            self = .token(token, scheme: scheme)
            return
        }
        if let userName, let password, token == nil, scheme == nil {
            if userName.contains(":") { reader.problem("username: must not contain ':'") }
            self = .basic(userName: userName, password: password)
            return
        }
        reader.problem("give \"username\" and \"password\", or \"token\" and perhaps \"scheme\"")
        self = .token(.environment(""), scheme: nil)
    }

    /// The value of the header, and the secret in it; throws what cannot be read.
    func header(
        from secrets: SecretStore, scheme standard: String
    ) throws(SecretError) -> (value: String, secret: String) {
        switch self {
        case .basic(let userName, let password):
            let password = try secrets.read(password)
            return ("Basic \(Base64.encode(Array("\(userName):\(password)".utf8)))", password)
        case .token(let reference, let scheme):
            let token = try secrets.read(reference)
            return ("\(scheme ?? standard) \(token)", token)
        }
    }
}

extension ConfigurationType where Value == String {
    /// `Bearer`, `ApiKey`, …
    fileprivate static var authenticationScheme: Self {
        .text(
            expected: "a word such as \"Bearer\"", schema: [.init("pattern", "^[A-Za-z0-9-]+$")], placeholder: ""
        ) { text in
            !text.isEmpty && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") } ? text : nil
        }
    }
}
