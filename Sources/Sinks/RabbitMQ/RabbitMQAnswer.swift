import AgentCore

/// What a broker's reply code means for a delivery (AMQP 0-9-1 1.3, and what RabbitMQ says with them): pure.
enum RabbitMQAnswer {
    /// The error for a channel or connection that was closed.
    static func closed(code: Int, text: String, whileGreeting: Bool = false) -> DeliveryError {
        let reason = "the broker \(whileGreeting ? "refused the connection" : "closed the channel"): \(text) (\(code))"
        switch code {
        // Larger than max_message_size: 406 with these words.
        case 406 where text.contains("message size"): return .tooLarge(reason: reason)
        case 311: return .tooLarge(reason: reason)
        // No permission, no such exchange, an exchange of another type, no such virtual host.
        case 402, 403, 404, 406, 530: return .held(reason: reason)
        default: return .retryable(reason: reason)
        }
    }
}
