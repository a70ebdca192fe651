import AgentCore
import EventModel

/// Batches of events that are all news, the same for every contender.
final class Workload {
    /// Bytes of a body: what a vSphere event takes as CloudEvents JSON.
    static let bodyBytes = 850
    static let idBytes = 36

    /// A batch as C takes it: ids and bodies one after another.
    struct Flat {
        var ids: [UInt8]
        var bodies: [UInt8]
        var count: Int
    }

    /// A batch as the journal takes it.
    struct Encoded {
        var events: [EncodedEvent]
        var checkpoint: Checkpoint
    }

    private let batch: Int
    private let body: [UInt8]
    private var made = 0

    init(batch: Int) {
        self.batch = batch
        let sentence = Array(
            #"{"specversion":"1.0","type":"guestwatch.vm.powered-on","data":{"message":"ready"}},"#.utf8)
        body = (0..<Self.bodyBytes).map { sentence[$0 % sentence.count] }
    }

    func next() -> Encoded {
        let events = (0..<batch).map { _ in
            let id = nextID()
            var body = body
            // Written to, so that each body has memory of its own, as decoded ones do.
            body.replaceSubrange(0..<Self.idBytes, with: id)
            return EncodedEvent(
                source: "vsphere://measured", id: String(decoding: id, as: UTF8.self), type: "vm.powered-on",
                severity: .info, body: body)
        }
        return Encoded(events: events, checkpoint: Checkpoint(version: 1, bytes: nextID()))
    }

    func nextFlat() -> Flat {
        var flat = Flat(ids: [], bodies: [], count: batch)
        flat.bodies.reserveCapacity(batch * Self.bodyBytes)
        for _ in 0..<batch {
            flat.ids += nextID()
            flat.bodies += body
        }
        return flat
    }

    /// Ascending, as the ids of a source are that counts: the same length for ever.
    private func nextID() -> [UInt8] {
        made += 1
        let number = String(made)
        return Array((String(repeating: "0", count: Self.idBytes - number.utf8.count) + number).utf8)
    }
}
