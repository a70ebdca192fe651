import AgentCore
import EventModel

/// A sink of this program: prints the sequence, the type and the message of each entry.
struct PrintingSink: Sink {
    struct Configuration: Configurable {
        init() {}
        init(from reader: inout ConfigurationReader) {}
    }

    static let kind = "printing"

    init() {}

    init(_ configuration: Configuration, in context: SinkContext) throws {}

    func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        for entry in entries {
            let message = (try? EventDecoder.decode(entry.body))?.event.message ?? ""
            print("\(entry.sequence) \(entry.type) \(message)")
        }
    }
}
