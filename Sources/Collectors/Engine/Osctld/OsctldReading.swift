package import AgentCore
package import EventModel

/// What osctld's events mean, and what is known of its containers: its checkpoint.
///
/// osctld keeps nothing: what changed while nobody listened is seen by comparing its list with what was known.
package struct OsctldReading: Sendable, Hashable {
    /// The format of the checkpoint.
    private static let version = 1
    /// Containers whose state is known. vpsAdminOS nodes have a few hundred.
    static let maximumContainers = 16_384

    /// The state last heard of each container, in LXC's words, by pool and id.
    private(set) var states: [String: String] = [:]
    /// The list was read at least once.
    private(set) var isKnown = false

    package init() {}

    /// Reads a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint) throws {
        guard checkpoint.version == Self.version,
            let members = try? JSONDocument(checkpoint.bytes).root.value["states"]?.members
        else {
            throw CollectorError.unusableCheckpoint(
                "osctld's checkpoint (version \(checkpoint.version)) cannot be read")
        }
        for member in members { states[member.name] = member.value.string }
        isKnown = true
    }

    package func encoded() -> Checkpoint {
        let members = states.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        return Checkpoint(version: Self.version, bytes: Array(JSONText(["states": .object(members)]).bytes))
    }

    /// Takes a state. The word of what happened; nil where it is no news or only a step.
    mutating func take(state: String, of key: String) -> String? {
        let state = state.uppercased()
        let before = states[key]
        guard before != state, before != nil || states.count < Self.maximumContainers else { return nil }
        states[key] = state
        return LXCMonitorReading.word(of: state, after: before.map { .state($0) })
    }

    /// Takes the list. The events, as osctld would have told them, of what changed since it was known: at the first
    /// time nothing.
    package mutating func take(list: [JSONValue]) -> [OsctldEvent] {
        var events: [OsctldEvent] = []
        var seen: Set<String> = []
        for container in list {
            guard let id = container["id"]?.string, let state = container["state"]?.string else { continue }
            let key = "\(container["pool"]?.string ?? "")/\(id)"
            seen.insert(key)
            if isKnown, states[key].map(Self.settled) != Self.settled(state) {
                let options: [JSONValue.Member] = [
                    .init("pool", container["pool"] ?? .null), .init("id", .string(id)), .init("state", .string(state)),
                ]
                events.append(OsctldEvent(type: "state", options: .object(options)))
            } else if states[key] != nil || states.count < Self.maximumContainers {
                states[key] = state.uppercased()
            }
        }
        states = states.filter { seen.contains($0.key) }
        isKnown = true
        return events
    }

    /// A container that goes on after a pause runs.
    private static func settled(_ state: String) -> String {
        let state = state.uppercased()
        return state == "THAWED" ? "RUNNING" : state
    }
}
