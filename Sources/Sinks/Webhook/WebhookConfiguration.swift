package import AgentCore

/// What `collectors.json` says about a sink of kind `webhook`.
package struct WebhookConfiguration: Configurable {
    /// How CloudEvents stand in HTTP requests (CloudEvents HTTP binding 1.0).
    package enum Mode: String, CaseIterable, Sendable {
        /// One event a request: attributes are headers, `data` is the body.
        case binary
        /// One event a request, as JSON.
        case structured
        /// Many events a request, as a JSON list: only for receivers that are known to take it.
        case batched
    }

    package var destination: HTTPDestinationConfiguration
    package var mode: Mode
    /// Signs each body with this secret.
    package var secret: SecretReference?
    /// Asks for the destination's consent first.
    package var validation: WebhookValidation?

    package init(
        _ destination: HTTPDestinationConfiguration, mode: Mode = .structured,
        secret: SecretReference? = nil, validation: WebhookValidation? = nil
    ) {
        (self.destination, self.mode) = (destination, mode)
        (self.secret, self.validation) = (secret, validation)
    }

    package init(from reader: inout ConfigurationReader) {
        destination = HTTPDestinationConfiguration(from: &reader)
        mode = reader.optional(
            "mode", .choice(), default: .structured,
            "One event a request as headers and data (binary) or as JSON (structured), or many as a list (batched).")
        secret = reader.optional(
            "signature", .secret, "Where the secret is that bodies are signed with (HMAC-SHA256, Standard Webhooks).")
        validation = reader.optional(
            "validation", .object(), "Ask the destination's consent before the first event (CloudEvents webhooks).")
        if secret != nil, mode == .binary {
            reader.problem("signature: covers the body only, and in mode \"binary\" the attributes are outside it")
        }
    }
}

/// How the destination's consent is asked for: CloudEvents HTTP 1.1 Web Hooks, section 4.
package struct WebhookValidation: Configurable, Hashable {
    /// More is no limit worth a header.
    private static let mostRequestsPerMinute = 1_000_000

    /// Who asks: a name of the sending system.
    package var origin: String
    /// Where consent may be given later by a person or a program; whoever serves it is not this agent.
    package var callback: String?
    /// Requests a minute asked for.
    package var rate: Int?

    package init(origin: String, callback: String? = nil, rate: Int? = nil) {
        (self.origin, self.callback, self.rate) = (origin, callback, rate)
    }

    package init(from reader: inout ConfigurationReader) {
        origin = reader.required("origin", .string, "Who asks: the name of this system, such as \"agent.example.com\".")
        callback = reader.optional(
            "callback", .url(schemes: ["https"]), "Where consent may be given later, by whoever is asked.")
        rate = reader.optional(
            "rate", .integer(in: 1...Self.mostRequestsPerMinute), "How many requests a minute are asked for.")
        if !origin.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) {
            reader.problem("origin: must be a name without blanks")
        }
    }
}
