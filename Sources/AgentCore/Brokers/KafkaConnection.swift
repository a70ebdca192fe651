import EventModel

/// How to reach a Kafka cluster: what its sink and its collector have in common, as the client library's properties.
package struct KafkaConnection: Sendable, Hashable {
    package var brokers: [String]
    package var tls: KafkaTLS?
    package var sasl: KafkaSASL?
    /// Any other property of librdkafka, by its name.
    package var properties: [String: String]

    package init(
        brokers: [String], tls: KafkaTLS? = nil, sasl: KafkaSASL? = nil, properties: [String: String] = [:]
    ) {
        (self.brokers, self.tls, self.sasl, self.properties) = (brokers, tls, sasl, properties)
    }

    /// Reads its members; `reserved` are the properties that what is promised hangs on.
    package init(from reader: inout ConfigurationReader, reserved: [String]) {
        brokers = reader.required(
            "brokers", .list(of: .brokerAddress), "Brokers to begin with: [ \"kafka1.example:9092\" ].")
        tls = reader.optional("tls", .object(), "Speak TLS with the brokers; plain text, if not given.")
        sasl = reader.optional("sasl", .object(), "Who logs in; nobody, if not given.")
        properties = reader.optional(
            "properties", .properties, default: [:],
            "Other properties of librdkafka, by name: { \"linger.ms\": \"20\" }.")
        if brokers.isEmpty { reader.problem("\"brokers\" is empty: name one at least") }
        for name in properties.keys.sorted() {
            if reserved.contains(name) || Self.reserved.contains(name) {
                reader.problem("properties: \"\(name)\" is set by the agent and cannot be changed")
            } else if Self.secretWords.contains(where: { name.hasSuffix($0) }) {
                reader.problem("properties: \"\(name)\" is a secret, which never stands in the configuration")
            }
        }
    }

    /// The properties in the order they are to be set. Throws where a secret is missing.
    package func settings(_ secrets: SecretStore) throws(SecretError) -> [Setting] {
        var settings = [Setting("bootstrap.servers", brokers.joined(separator: ","))]
        settings.append(
            Setting("security.protocol", (sasl == nil ? "" : "sasl_") + (tls == nil ? "plaintext" : "ssl")))
        if let tls { settings += try tls.settings(secrets) }
        if let sasl { settings += try sasl.settings(secrets) }
        return settings + properties.sorted { $0.key < $1.key }.map { Setting($0.key, $0.value) }
    }

    /// One property. Its value may be a secret, and is never printed.
    package struct Setting: Sendable {
        package var name: String
        package var value: String

        package init(_ name: String, _ value: String) {
            (self.name, self.value) = (name, value)
        }
    }

    private static let reserved = ["bootstrap.servers", "metadata.broker.list", "security.protocol", "client.id"]
    private static let secretWords = ["password", "secret", "key.pem", "sasl.oauthbearer.config"]
}

/// TLS with the brokers.
package struct KafkaTLS: Configurable, Hashable {
    package var caFile: String?
    package var certificate: String?
    package var key: String?
    package var keyPassword: SecretReference?
    package var verifyName: Bool
    package var insecure: Bool

    package init(
        caFile: String? = nil, certificate: String? = nil, key: String? = nil, keyPassword: SecretReference? = nil,
        verifyName: Bool = true, insecure: Bool = false
    ) {
        (self.caFile, self.certificate, self.key, self.keyPassword) = (caFile, certificate, key, keyPassword)
        (self.verifyName, self.insecure) = (verifyName, insecure)
    }

    package init(from reader: inout ConfigurationReader) {
        caFile = reader.optional("caFile", .path, "A PEM file with the authorities to trust instead of the system's.")
        certificate = reader.optional("certificate", .path, "A PEM file with the certificate we show.")
        key = reader.optional("key", .path, "A PEM file with its private key.")
        keyPassword = reader.optional("keyPassword", .secret, "Where the password of the private key is.")
        verifyName = reader.optional(
            "verifyName", .boolean, default: true, "Whether the broker's name must stand in its certificate.")
        insecure = reader.optional(
            "insecure", .boolean, default: false, "Trust any broker: for tests and first contact only.")
        if (certificate == nil) != (key == nil) { reader.problem("\"certificate\" and \"key\" go together") }
    }

    /// Those of TLS 1.2, beside which TLS 1.3 has its own: librdkafka has no other word for the oldest version taken.
    private static let suites = "TLSv1.2+HIGH:!aNULL:!eNULL:!PSK:!SRP"

    func settings(_ secrets: SecretStore) throws(SecretError) -> [KafkaConnection.Setting] {
        var settings = [
            KafkaConnection.Setting("enable.ssl.certificate.verification", insecure ? "false" : "true"),
            .init("ssl.endpoint.identification.algorithm", verifyName && !insecure ? "https" : "none"),
            .init("ssl.cipher.suites", Self.suites),
        ]
        if let caFile { settings.append(.init("ssl.ca.location", caFile)) }
        if let certificate { settings.append(.init("ssl.certificate.location", certificate)) }
        if let key { settings.append(.init("ssl.key.location", key)) }
        if let keyPassword { settings.append(.init("ssl.key.password", try secrets.read(keyPassword))) }
        return settings
    }
}

/// Who logs in at the brokers.
package struct KafkaSASL: Configurable, Hashable {
    /// How the password is proved.
    package enum Mechanism: String, CaseIterable, Sendable {
        case plain = "PLAIN"
        case scram256 = "SCRAM-SHA-256"
        case scram512 = "SCRAM-SHA-512"
    }

    package var mechanism: Mechanism
    package var username: String
    package var password: SecretReference

    package init(mechanism: Mechanism, username: String, password: SecretReference) {
        (self.mechanism, self.username, self.password) = (mechanism, username, password)
    }

    package init(from reader: inout ConfigurationReader) {
        mechanism = reader.optional(
            "mechanism", .choice(), default: .scram512, "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512.")
        username = reader.required("username", .string, "Who logs in.")
        password = reader.required("password", .secret, "Where the password is.")
    }

    func settings(_ secrets: SecretStore) throws(SecretError) -> [KafkaConnection.Setting] {
        [
            .init("sasl.mechanism", mechanism.rawValue), .init("sasl.username", username),
            .init("sasl.password", try secrets.read(password)),
        ]
    }
}

extension ConfigurationType where Value == String {
    /// `host:port` or `host`.
    package static var brokerAddress: Self {
        .text(
            expected: "a broker such as \"kafka1.example:9092\"", schema: [.init("pattern", "^[^ ,/@]+$")],
            placeholder: ""
        ) { text in
            text.isEmpty || text.contains(where: { " ,/@".contains($0) }) ? nil : text
        }
    }
}

extension ConfigurationType where Value == [String: String] {
    /// Properties by name, each value a text.
    package static var properties: Self {
        .init(
            expected: "an object of texts",
            schema: ["type": "object", "additionalProperties": ["type": "string"]], placeholder: [:]
        ) { source in
            guard let members = source.node.value.members else {
                source.problem("expected an object of texts, not \(source.node.value.kind)")
                return nil
            }
            var properties: [String: String] = [:]
            for member in members {
                // The value is not repeated: it may be a secret in the wrong place.
                guard let text = member.value.string else {
                    source.problem("expected a text in double quotes for \"\(member.name)\"")
                    return nil
                }
                properties[member.name] = text
            }
            return properties
        }
    }
}
