import AgentCore
import EventModel
import HTTPClient
import Measuring
import Sinks

/// Our sinks, made as the agent makes them.
enum Ours {
    static let journal = "01JMEASURED0000000000000000"

    /// What a sink is given. `transport`: instead of the agent's own.
    static func context(_ transport: (any HTTPTransport)? = nil) -> SinkContext {
        SinkContext(
            name: "measured", journal: journal, clock: .system,
            transport: { connection in transport ?? CurlTransport(connection) },
            secrets: SecretStore { _ throws(SecretError) in "secret" })
    }

    /// The sink of a kind.
    static func sink(_ kind: Kind, _ text: String, in context: SinkContext) throws -> any Sink {
        switch kind {
        case .file: try make(FileSink.self, text, context)
        case .sqlite: try make(SQLiteSink.self, text, context)
        case .nats: try make(NATSSink.self, text, context)
        case .kafka: try make(KafkaSink.self, text, context)
        case .redis: try make(RedisSink.self, text, context)
        case .rabbitmq: try make(RabbitMQSink.self, text, context)
        case .mqtt: try make(MQTTSink.self, text, context)
        case .postgres: try make(PostgresSink.self, text, context)
        case .etcd: try make(EtcdSink.self, text, context)
        case .syslog: try make(SyslogSink.self, text, context)
        case .webhook: try make(WebhookSink.self, text, context)
        case .elasticsearch: try make(ElasticsearchSink.self, text, context)
        case .splunk: try make(SplunkSink.self, text, context)
        case .loki: try make(LokiSink.self, text, context)
        case .otlp: try make(OTLPSink.self, text, context)
        }
    }

    /// A configuration read from JSON as `collectors.json` is.
    static func configuration<Configuration: Configurable>(
        _ text: String, as type: Configuration.Type
    ) throws -> Configuration {
        guard case .object(let members, let offset) = try JSONDocument(Array(text.utf8)).root else {
            throw MeasuringError("no object: \(text)")
        }
        var reader = ConfigurationReader(members: members, path: .init(offset: offset), directory: "/")
        let configuration = Configuration(from: &reader)
        if let problem = reader.finish().first { throw problem }
        return configuration
    }

    private static func make<Kind: Sink>(
        _ kind: Kind.Type, _ text: String, _ context: SinkContext
    ) throws -> any Sink {
        try Kind(configuration(text, as: Kind.Configuration.self), in: context)
    }
}
