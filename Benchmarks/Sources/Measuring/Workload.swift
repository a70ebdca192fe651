package import AgentCore
import AgentTestKit
import EventModel
import HTTPClient
import VSphere

/// Batches of events that are all news, the same for every contender. Their bodies are those of generated vSphere
/// events, cut to one length, each with an id of its own.
package final class Workload {
    /// Bytes of a body: what a vSphere event takes as CloudEvents JSON.
    package static let bodyBytes = 1100
    package static let idBytes = 36
    private static let variety = 1000

    /// A batch as C takes it: ids and bodies one after another.
    package struct Flat {
        package var ids: [UInt8]
        package var bodies: [UInt8]
        package var count: Int
    }

    /// A batch as the journal takes it.
    package struct Encoded {
        package var events: [EncodedEvent]
        package var checkpoint: Checkpoint
    }

    private let batch: Int
    private let bodies: [[UInt8]]
    private var made = 0

    package init(batch: Int) throws {
        self.batch = batch
        var generator = EventPageGenerator(.change)
        let decoder = EventPageDecoder()
        let page = generator.page(Self.variety)
        decoder.begin(HTTPResponse(status: 200))
        _ = decoder.receive(page.span.bytes)
        bodies = try decoder.finish().events.map { event in
            let encoded = EventEncoder.encode(
                Event(
                    id: "", source: "vsphere://measured", type: "vm.reconfigured",
                    time: event.createdTime ?? Timestamp(nanoseconds: 0), data: event.fields))
            let padding = Array(repeating: UInt8(ascii: " "), count: max(0, Self.bodyBytes - encoded.count))
            return encoded.prefix(Self.bodyBytes) + padding
        }
    }

    package func next() -> Encoded {
        let events = (0..<batch).map { _ in
            let id = nextID()
            return EncodedEvent(
                source: "vsphere://measured", id: String(decoding: id, as: UTF8.self), type: "vm.powered-on",
                severity: .info, body: body(id)[...])
        }
        return Encoded(events: events, checkpoint: Checkpoint(version: 1, bytes: nextID()))
    }

    package func nextFlat() -> Flat {
        var flat = Flat(ids: [], bodies: [], count: batch)
        flat.bodies.reserveCapacity(batch * Self.bodyBytes)
        for _ in 0..<batch {
            let id = nextID()
            flat.ids += id
            flat.bodies += body(id)
        }
        return flat
    }

    /// A body in memory of its own, as decoded ones have.
    private func body(_ id: [UInt8]) -> [UInt8] {
        var body = bodies[made % bodies.count]
        body.replaceSubrange(0..<Self.idBytes, with: id)
        return body
    }

    /// Ascending, as the ids of a source are that counts: the same length for ever.
    private func nextID() -> [UInt8] {
        made += 1
        let number = String(made)
        return Array((String(repeating: "0", count: Self.idBytes - number.utf8.count) + number).utf8)
    }
}
