package import AgentCore
import EventModel

/// A header field of the configuration: its value stands there, or is a secret.
package struct HTTPHeaderSetting: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case secret(SecretReference)
    }

    package var name: String
    package var value: Value

    package init(_ name: String, _ value: Value) {
        (self.name, self.value) = (name, value)
    }

    /// Fields that say how a request is sent: none of the configuration's business.
    fileprivate static let reserved: Set = [
        "connection", "content-encoding", "content-length", "content-type", "expect", "host", "keep-alive",
        "transfer-encoding", "upgrade",
    ]
}

extension ConfigurationType where Value == [HTTPHeaderSetting] {
    /// `{ "X-Tenant": "blue", "X-Key": { "env": "KEY" } }`.
    static var headers: Self {
        let secret = ConfigurationType<SecretReference>.secret
        let expected = "an object of header fields, each a text or a reference such as { \"env\": NAME }"
        return .init(
            expected: expected,
            schema: [
                "type": "object", "additionalProperties": ["anyOf": [["type": "string"], secret.schema]],
            ], placeholder: []
        ) { source in
            guard case .object(let members, _) = source.node else {
                source.problem("expected \(expected), not \(source.node.value.kind)")
                return nil
            }
            return members.compactMap { member in
                let place = source.path.member(member.name, at: member.nameOffset)
                guard member.name.isHTTPToken, !HTTPHeaderSetting.reserved.contains(member.name.lowercased()) else {
                    source.problems.append(place.problem("\"\(member.name)\" is not a header field one can set"))
                    return nil
                }
                if let text = member.node.value.string {
                    guard text.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                        source.problems.append(place.problem("the value contains a control character; remove it"))
                        return nil
                    }
                    return HTTPHeaderSetting(member.name, .text(text))
                }
                var inner = ConfigurationSource(node: member.node, path: place, directory: source.directory)
                let reference = secret.read(&inner)
                source.problems += inner.problems
                return reference.map { HTTPHeaderSetting(member.name, .secret($0)) }
            }
        }
    }
}

extension String {
    /// Whether this is what RFC 9110 calls a token.
    fileprivate var isHTTPToken: Bool {
        !isEmpty
            && utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"): true
                default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
                }
            }
    }
}
