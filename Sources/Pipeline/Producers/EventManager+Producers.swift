extension EventManager {
    /// Makes a producer. Throws where one of that name is open, and where the pipeline does not run.
    public func producer(_ settings: ProducerSettings) throws(ProducerError) -> Producer {
        guard phase == .running else { throw .notRunning }
        producers.removeAll { $0.settled.value > 0 }
        guard !producers.contains(where: { $0.settings.name == settings.name && $0.status().isOpen }) else {
            throw .nameTaken(settings.name)
        }
        let producer = Producer(settings, sinks: sinkRunners, context: context)
        producers.append(producer)
        producer.start()
        return producer
    }

    /// The producers that are open, or still have something to be acknowledged.
    public func producerStatus() -> [ProducerStatus] {
        producers.filter { $0.settled.value == 0 }.map { $0.status() }
    }
}

/// Why there is no producer.
public enum ProducerError: Error, Sendable, Equatable, CustomStringConvertible {
    case nameTaken(String)
    case notRunning

    public var description: String {
        switch self {
        case .nameTaken(let name): "a producer named \"\(name)\" is open; close it, or choose another name"
        case .notRunning: "the pipeline does not run"
        }
    }
}
