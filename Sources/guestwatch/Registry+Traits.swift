import Sinks

/// A kind of plugin that this program was built without.
struct AbsentKind: Sendable {
    var kind: String
    /// The package trait that brings it.
    var trait: String
}

/// The plugins whose client libraries not every host has.
extension Registry {
    static let traitSinks: [Plugin<SinkEntry>] = mqtt + rabbitMQ

    #if MQTT
        private static let mqtt = [Plugin(MQTTSink.self)]
    #else
        private static let mqtt: [Plugin<SinkEntry>] = []
    #endif

    #if RabbitMQ
        private static let rabbitMQ = [Plugin(RabbitMQSink.self)]
    #else
        private static let rabbitMQ: [Plugin<SinkEntry>] = []
    #endif

    /// The kinds that were left out of this program.
    static let absent: [AbsentKind] = {
        let known = Set(traitSinks.map(\.kind))
        return [
            AbsentKind(kind: "mqtt", trait: "MQTT"), AbsentKind(kind: "rabbitmq", trait: "RabbitMQ"),
        ].filter { !known.contains($0.kind) }
    }()
}
