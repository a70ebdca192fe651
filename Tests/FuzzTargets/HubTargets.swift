import AgentCore
import EventModel
import NATSClient

@testable import Collectors
@testable import Pipeline

extension FuzzTarget {
    /// What other agents sent by way of a broker, and what these collectors wrote down of it.
    static let hubs: [FuzzTarget] = [
        FuzzTarget(name: "kafka-message", seeds: { messages($0) }) { bytes in
            #if Kafka
                let (headers, payload) = parts(of: bytes)
                for isCut in [false, true] {
                    let message = KafkaMessage(
                        partition: KafkaPartition(topic: "t", number: 3), offset: 9, time: now, value: payload,
                        isCut: isCut, headers: headers.map { KafkaMessage.Header(name: $0.name, value: $0.value) })
                    checkEvents([KafkaTranslator(source: "kafka://b/t").event(of: message)])
                }
            #endif
        },
        FuzzTarget(name: "hub-checkpoint", seeds: { _ in seeds(checkpointTexts) }) { bytes in
            let checkpoint = Checkpoint(version: 1, bytes: bytes)
            if var nats = try? NATSCheckpoint(checkpoint) {
                check(
                    (try? NATSCheckpoint(nats.encoded())) == nats, "what was read is written and read again as the same"
                )
                for text in ["$JS.ACK.S.c.1.7.9.1.0", "$JS.ACK.S.c.1.8.10.1.0"] {
                    if let place = JetStreamPlace(acknowledging: text) { nats.note(place) }
                }
                _ = nats.encoded()
            }
            #if Kafka
                if let kafka = try? KafkaPlaces(checkpoint) {
                    check((try? KafkaPlaces(kafka.checkpoint)) == kafka, "and so is Kafka's")
                    let translator = KafkaTranslator(source: "kafka://b/t")
                    for partition in kafka.next.keys {
                        for held in [0..<5, 7..<Int64.max] as [Range<Int64>] {
                            let start = kafka.start(of: partition, group: 3, held: held, without: .beginning)
                            check(start.offset >= held.lowerBound, "what is gone is not asked for")
                            checkEvents([translator.gap(start, of: partition, at: now)].compactMap(\.self))
                        }
                    }
                }
            #endif
            if let lease = LeaseRecord(bytes) {
                check(LeaseRecord(lease.encoded) == lease, "and a lease")
            }
        },
    ]

    /// Lines `name: value`, an empty line, the rest.
    private static func parts(of bytes: [UInt8]) -> (headers: [(name: String, value: String)], payload: [UInt8]) {
        var headers: [(name: String, value: String)] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            let line = String(decoding: rest[..<end], as: UTF8.self)
            guard !line.isEmpty, let colon = line.firstIndex(of: ":") else { break }
            headers.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
            rest = rest[rest.index(after: end)...]
        }
        return (headers, Array(rest.first == UInt8(ascii: "\n") ? rest.dropFirst() : rest))
    }

    private static func messages(_ files: SeedFiles) -> [[UInt8]] {
        files.lines(in: "Fixtures", "expected.jsonl").map { Array("\n".utf8) + $0 }
            + seeds([
                "ce_specversion:1.0\nce_id:1\nce_source:s\nce_type:guestwatch.vm.powered-on\nce_time:2026-11-21T06:18:00Z\n"
                    + "content-type:application/json\n\n{\"message\":\"on\"}",
                "ce_specversion:1.0\nce_id:1\nce_id:2\n\n", "content-type:application/cloudevents+json\n\n{}",
                "\n{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"com.example.x\",\"time\":\"y\"}",
                "\n\u{FFFD}",
                "$JS.ACK.a.h.S.c.1.7.9.1795240800000000000.0.t",
            ])
    }

    private static let checkpointTexts = [
        #"{"created":"2026-11-21T06:18:00Z","sequence":"7","unacknowledged":"5 7 2 9 11 1"}"#,
        #"{"created":"","sequence":"18446744073709551615","unacknowledged":"18446744073709551615 1 7"}"#,
        #"{"topics":{"t":[[0,17],[3,9223372036854775807]],"u":[]}}"#,
        #"{"holder":"hv1","renewals":"7","version":1,"checkpoint":"7b7d"}"#,
    ]
}
