package import AgentCore
import EventModel

/// Names NATS takes: streams, buckets and durable consumers.
package enum NATSName {
    /// The most bytes a name may have: the server makes files of it.
    package static let limit = 200

    /// Letters, digits, `-` and `_`.
    package static func isValid(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= limit && text.utf8.allSatisfy(isPlain)
    }

    /// A text as such a name: what does not fit becomes `_`.
    package static func token(of text: String) -> String {
        let bytes = text.utf8.prefix(limit).map { isPlain($0) ? $0 : UInt8(ascii: "_") }
        return bytes.isEmpty ? "_" : String(decoding: bytes, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

extension ConfigurationType where Value == String {
    /// The name of a stream, a bucket or a durable consumer.
    package static var natsName: Self {
        .text(
            expected: "a name of letters, digits, \"-\" and \"_\"",
            schema: [.init("pattern", "^[A-Za-z0-9_-]{1,200}$")], placeholder: "NAME"
        ) { NATSName.isValid($0) ? $0 : nil }
    }
}
