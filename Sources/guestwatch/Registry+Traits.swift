import Collectors
import Sinks

/// Plugins by client libraries that not every host has: each compiled in with the trait of its library.
extension Registry {
    /// A kind this program could have, and the trait to build it with.
    struct AbsentKind: Hashable {
        var kind: String
        var trait: String
    }

    static let traitCollectors: [Plugin<CollectorEntry>] = {
        var plugins: [Plugin<CollectorEntry>] = []
        #if Kafka
            plugins.append(Plugin(KafkaCollector.self))
        #endif
        return plugins
    }()

    static let traitSinks: [Plugin<SinkEntry>] = {
        var plugins: [Plugin<SinkEntry>] = []
        #if Kafka
            plugins.append(Plugin(KafkaSink.self))
        #endif
        #if MQTT
            plugins.append(Plugin(MQTTSink.self))
        #endif
        #if PostgreSQL
            plugins.append(Plugin(PostgresSink.self))
        #endif
        #if RabbitMQ
            plugins.append(Plugin(RabbitMQSink.self))
        #endif
        #if Redis
            plugins.append(Plugin(RedisSink.self))
        #endif
        return plugins
    }()

    /// The kinds that were left out of this program.
    static let absent: [AbsentKind] = {
        let known = Set((traitCollectors.map(\.kind)) + (traitSinks.map(\.kind)))
        return [
            AbsentKind(kind: "kafka", trait: "Kafka"),
            AbsentKind(kind: "mqtt", trait: "MQTT"),
            AbsentKind(kind: "postgres", trait: "PostgreSQL"),
            AbsentKind(kind: "rabbitmq", trait: "RabbitMQ"),
            AbsentKind(kind: "redis", trait: "Redis"),
        ].filter { !known.contains($0.kind) }
    }()
}
