import AgentCore
import EventModel
import Pipeline
import Sinks

/// One kind of plugin: the word in `collectors.json`, and how its object there becomes what the agent runs.
struct Plugin<Made: Sendable>: Sendable {
    let kind: String
    /// Reads the object, all but `kind`.
    let read: @Sendable (inout ConfigurationReader) -> Made
}

/// A collector as configured.
struct CollectorEntry: Sendable {
    var name: String
    var kind: String
    var limits: PublishLimits
    var make: @Sendable (CollectorContext) throws -> any Collector
}

/// A sink as configured.
struct SinkEntry: Sendable {
    var name: String
    var kind: String
    var filter: EventFilter
    var delivery: DeliveryConfiguration
    var make: @Sendable (SinkContext) throws -> NamedSink
}

/// A lease as configured.
struct LeaseEntry: Sendable {
    var timeToLive: Duration
    var make: @Sendable (CollectorContext) throws -> any LeaseStore
}

/// The journal as configured.
struct JournalEntry: Sendable {
    var kind: String
    var policy: RetentionPolicy
    var open: @Sendable (AgentClock) async throws(JournalError) -> any Journal
    /// What the journal's own configuration says; commands that read a journal file look at its path.
    var configuration: any Configurable
}

extension Plugin where Made == CollectorEntry {
    init<C: Collector>(_ type: C.Type) {
        self.init(kind: C.kind) { reader in
            let name = reader.required("name", .string, "Names this collector in logs, checkpoints and events; unique.")
            let limits = LimitsConfiguration.limits(from: &reader)
            let lease = reader.optional(
                "lease", .plugin(Registry.leases),
                "Only one of several agents reads, the others stand by: who is agreed on here.")
            let configuration = C.Configuration(from: &reader)
            return CollectorEntry(name: name, kind: C.kind, limits: limits) { context in
                let collector = try C(configuration, in: context)
                guard let lease else { return collector }
                // No two lives of an agent have the same name: the old one may still be going on.
                let holder = "\(context.host.name)/\(UInt64.random(in: 0 ... .max))"
                return LeasedCollector(
                    collector, store: try lease.make(context), holder: holder, timeToLive: lease.timeToLive, in: context
                )
            }
        }
    }
}

extension Plugin where Made == LeaseEntry {
    init<L: LeaseStore>(_ type: L.Type) {
        self.init(kind: L.kind) { reader in
            let timeToLive = reader.optional(
                "ttl", .duration, default: .seconds(15),
                "How long after the active agent went silent another takes over.")
            if timeToLive < .seconds(1) { reader.problem("ttl: write \"1s\" or more") }
            let configuration = L.Configuration(from: &reader)
            return LeaseEntry(timeToLive: timeToLive) { try L(configuration, in: $0) }
        }
    }
}

extension Plugin where Made == SinkEntry {
    init<S: Sink>(_ type: S.Type) {
        self.init(kind: S.kind) { reader in
            let name = reader.required("name", .string, "Names this sink in logs and cursors; unique.")
            let filter = reader.optional(
                "filter", .object(), default: FilterConfiguration.all,
                "Which events this sink wants; all when left out.")
            let delivery = DeliveryConfiguration(from: &reader, traits: S.traits, kind: S.kind)
            let naming = TypeNaming.read(from: &reader)
            let configuration = S.Configuration(from: &reader)
            return SinkEntry(name: name, kind: S.kind, filter: filter.filter, delivery: delivery) { context in
                let sink = try S(configuration, in: context)
                func named(_ sink: some Sink) -> NamedSink {
                    NamedSink(
                        name: name, filter: filter.filter, batch: delivery.batch, policy: delivery.policy, sink: sink)
                }
                return naming == .guestwatch ? named(sink) : named(TypeNamingSink(sink, naming: naming))
            }
        }
    }
}

extension Plugin where Made == JournalEntry {
    init<J: Journal>(_ type: J.Type) {
        self.init(kind: J.kind) { reader in
            let configuration = J.Configuration(from: &reader)
            let policy = RetentionConfiguration.policy(from: &reader)
            return JournalEntry(
                kind: J.kind, policy: policy,
                open: { clock throws(JournalError) in try await J(configuration, policy: policy, clock: clock) },
                configuration: configuration)
        }
    }
}

extension ConfigurationType {
    /// An object whose `kind` says which plugin reads the rest of it.
    static func plugin(_ plugins: [Plugin<Value>]) -> Self {
        let kinds = plugins.map(\.kind)
        let known = kinds.map { "\"\($0)\"" }.joined(separator: ", ")
        return .init(
            expected: "an object with \"kind\", one of \(known)", schema: ["oneOf": .array(plugins.map(\.schema))],
            placeholder: plugins[0].placeholder
        ) { source in
            guard case .object(let members, _) = source.node else {
                source.problem("expected an object, not \(source.node.value.kind)")
                return nil
            }
            guard let member = members.first(where: { $0.name == "kind" }) else {
                source.problem("\"kind\" is missing: one of \(known)")
                return nil
            }
            let kind = member.node.value.string ?? ""
            guard let plugin = plugins.first(where: { $0.kind == kind }) else {
                if let absent = Registry.absent.first(where: { $0.kind == kind }) {
                    source.problem(
                        "the kind \"\(kind)\" was left out of this program; build it with make build TRAITS=\(absent.trait)"
                    )
                    return nil
                }
                let near = Spelling.nearest(to: kind, in: kinds).map { "; did you mean \"\($0)\"?" } ?? ""
                let place = source.path.member("kind", at: member.node.offset)
                source.problems.append(
                    place.problem("\(member.node.value.kind) is none of the kinds \(known)\(near)"))
                return nil
            }
            var reader = ConfigurationReader(members: members, path: source.path, directory: source.directory)
            let value = plugin.readWhole(&reader)
            source.problems += reader.finish()
            return value
        }
    }
}

extension Plugin {
    fileprivate var placeholder: Made {
        var describing = ConfigurationReader(members: nil, path: .init(), directory: "")
        return readWhole(&describing)
    }

    fileprivate var schema: JSONValue {
        var describing = ConfigurationReader(members: nil, path: .init(), directory: "")
        _ = readWhole(&describing)
        return .objectSchema(describing.declarations)
    }

    fileprivate func readWhole(_ reader: inout ConfigurationReader) -> Made {
        let word = ConfigurationType<String>(
            expected: "\"\(kind)\"", schema: ["const": .string(kind)], placeholder: kind
        ) { $0.node.value.string }
        _ = reader.required("kind", word, "Which plugin reads the rest of this object.")
        return read(&reader)
    }
}
