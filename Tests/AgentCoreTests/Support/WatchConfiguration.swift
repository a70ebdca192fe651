import AgentCore
import EventModel

/// A configuration with a member of every type.
struct WatchConfiguration: Configurable, Equatable {
    enum Mode: String, CaseIterable {
        case poll
        case push
    }

    struct Trust: Configurable, Equatable {
        var thumbprint: String
        var verify: Bool

        init(from reader: inout ConfigurationReader) {
            thumbprint = reader.required("thumbprint", .string, "SHA-256 of the certificate.")
            verify = reader.optional("verify", .boolean, default: true, "Whether certificates are checked.")
        }
    }

    var url: String
    var password: SecretReference
    var interval: Duration
    var limit: Int
    var pageSize: Int
    var mode: Mode
    var trust: Trust?
    var types: [TypePattern]
    var path: String?

    init(from reader: inout ConfigurationReader) {
        url = reader.required("url", .url(schemes: ["https", "http"]), "The endpoint.")
        password = reader.required("password", .secret, "Where the password is.")
        interval = reader.optional("interval", .duration, default: .seconds(2), "How often to read.")
        limit = reader.optional("limit", .bytes, default: 1 << 20, "How much to keep.")
        pageSize = reader.optional("pageSize", .integer(in: 1...1000), default: 1000, "Events a page.")
        mode = reader.optional("mode", .choice(), default: .poll, "How to read.")
        trust = reader.optional("trust", .object(), "Which certificate to trust.")
        types = reader.optional("types", .list(of: .typePattern), default: [], "Which events.")
        path = reader.optional("path", .path, "A file.")
        if mode == .push, path == nil { reader.problem("\"mode\": \"push\" needs a \"path\"") }
    }

    /// Reads a text; gives the value and `path: text` of each problem, as it stands in the file.
    static func read(_ text: String) throws -> (WatchConfiguration, [String]) {
        guard case .object(let members, let offset) = try JSONDocument(Array(text.utf8)).root else {
            throw ConfigurationProblem(path: .init(), text: "no object")
        }
        var reader = ConfigurationReader(
            members: members, path: .init(text: "collectors[0]", offset: offset), directory: "/etc/guestwatch")
        let value = WatchConfiguration(from: &reader)
        return (value, reader.finish().map { "\($0.path.text): \($0.text)" })
    }

    static var schema: JSONValue {
        var reader = ConfigurationReader(members: nil, path: .init(), directory: "")
        _ = WatchConfiguration(from: &reader)
        return .objectSchema(reader.declarations)
    }
}
