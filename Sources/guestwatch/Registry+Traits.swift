import Collectors
import Sinks

/// Plugins by client libraries that not every host has: each compiled in with the trait of its library.
extension Registry {
    /// A kind this program could have, and the trait to build it with.
    struct AbsentKind: Hashable {
        var kind: String
        var trait: String
    }

    static let traitCollectors: [Plugin<CollectorEntry>] =
        kafkaCollectors + natsCollectors

    #if Kafka
        private static let kafkaCollectors = [Plugin(KafkaCollector.self)]
    #else
        private static let kafkaCollectors: [Plugin<CollectorEntry>] = []
    #endif

    #if NATS
        private static let natsCollectors = [Plugin(NATSCollector.self)]
    #else
        private static let natsCollectors: [Plugin<CollectorEntry>] = []
    #endif

    static let traitSinks: [Plugin<SinkEntry>] =
        kafkaSinks + mqttSinks + natsSinks + postgresSinks + rabbitMQSinks + redisSinks

    #if Kafka
        private static let kafkaSinks = [Plugin(KafkaSink.self)]
    #else
        private static let kafkaSinks: [Plugin<SinkEntry>] = []
    #endif

    #if MQTT
        private static let mqttSinks = [Plugin(MQTTSink.self)]
    #else
        private static let mqttSinks: [Plugin<SinkEntry>] = []
    #endif

    #if NATS
        private static let natsSinks = [Plugin(NATSSink.self)]
    #else
        private static let natsSinks: [Plugin<SinkEntry>] = []
    #endif

    #if PostgreSQL
        private static let postgresSinks = [Plugin(PostgresSink.self)]
    #else
        private static let postgresSinks: [Plugin<SinkEntry>] = []
    #endif

    #if RabbitMQ
        private static let rabbitMQSinks = [Plugin(RabbitMQSink.self)]
    #else
        private static let rabbitMQSinks: [Plugin<SinkEntry>] = []
    #endif

    #if Redis
        private static let redisSinks = [Plugin(RedisSink.self)]
    #else
        private static let redisSinks: [Plugin<SinkEntry>] = []
    #endif

    #if NATS
        static let traitLeases = [Plugin(NATSLeaseStore.self)]
    #else
        static let traitLeases: [Plugin<LeaseEntry>] = []
    #endif

    /// The kinds that were left out of this program.
    static let absent: [AbsentKind] = {
        let known = Set((traitCollectors.map(\.kind)) + (traitSinks.map(\.kind)))
        return [
            AbsentKind(kind: "kafka", trait: "Kafka"),
            AbsentKind(kind: "mqtt", trait: "MQTT"),
            AbsentKind(kind: "nats", trait: "NATS"),
            AbsentKind(kind: "postgres", trait: "PostgreSQL"),
            AbsentKind(kind: "rabbitmq", trait: "RabbitMQ"),
            AbsentKind(kind: "redis", trait: "Redis"),
        ].filter { !known.contains($0.kind) }
    }()
}
