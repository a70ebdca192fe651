import Sinks

/// A kind of plugin that this program was built without.
struct AbsentKind: Sendable {
    var kind: String
    /// The package trait that brings it.
    var trait: String
}

/// The plugins whose client libraries not every host has.
extension Registry {
    static let traitSinks: [Plugin<SinkEntry>] = {
        var plugins: [Plugin<SinkEntry>] = []
        #if MQTT
            plugins.append(Plugin(MQTTSink.self))
        #endif
        #if RabbitMQ
            plugins.append(Plugin(RabbitMQSink.self))
        #endif
        return plugins
    }()

    /// The kinds that were left out of this program.
    static let absent: [AbsentKind] = {
        let known = Set(traitSinks.map(\.kind))
        return [
            AbsentKind(kind: "mqtt", trait: "MQTT"), AbsentKind(kind: "rabbitmq", trait: "RabbitMQ"),
        ].filter { !known.contains($0.kind) }
    }()
}
