import AgentCore

/// What a broker's answer means for a delivery: decided here, pure.
enum MQTTAnswer: Equatable {
    case taken
    /// This event will never be taken.
    case rejected(String)
    /// Nothing is taken until a person has acted.
    case held(String)
    case retryable(String)

    /// To one message, MQTT 5 3.4.2.1; MQTT 3.1.1 knows 0 alone. 0x10, nobody has subscribed, is no error.
    init(acknowledgement code: Int32, _ text: String) {
        let reason = "the broker refused it: \(text) (\(Self.hexadecimal(code)))"
        switch code {
        case ..<0x80: self = .taken
        case 0x87: self = .held(reason)
        // Topic name invalid, packet too large, payload format invalid.
        case 0x90, 0x95, 0x99: self = .rejected(reason)
        default: self = .retryable(reason)
        }
    }

    /// To the greeting: MQTT 5 3.2.2.2, and MQTT 3.1.1 3.2.2.3 for codes below 6.
    init(greeting code: Int32, _ text: String) {
        let reason = "the broker refused the connection: \(text) (\(Self.hexadecimal(code)))"
        switch code {
        case 0: self = .taken
        case 1, 2, 4, 5, 0x84, 0x85, 0x86, 0x87, 0x8A, 0x8C, 0x9C, 0x9D: self = .held(reason)
        default: self = .retryable(reason)
        }
    }

    /// To what a broker said when it ended a connection, MQTT 5 3.14.2.1.
    init(farewell code: Int32, _ text: String) {
        let reason = "the broker ended the connection: \(text) (\(Self.hexadecimal(code)))"
        switch code {
        case 0x87, 0x9C, 0x9D: self = .held(reason)
        case 0x8E: self = .retryable("\(reason): is the same \"clientId\" used twice?")
        // Of the events that were on their way one was too much: which, the broker does not say.
        case 0x90, 0x95, 0x99: self = .rejected(reason)
        default: self = .retryable(reason)
        }
    }

    private static func hexadecimal(_ code: Int32) -> String {
        "0x\(String(code, radix: 16, uppercase: true))"
    }
}
