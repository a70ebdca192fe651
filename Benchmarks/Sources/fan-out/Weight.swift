import AgentCore
import Glibc
import Measuring
import Pipeline
import Synchronization

/// What an idle subscriber weighs.
enum Weight {
    private static let count = 10_000

    /// Bytes for each.
    static func bytes(isCallback: Bool) throws -> Int {
        let readers = Readers()
        let names = (0..<count).map { "subscriber \($0)" }
        let before = used
        var subscriptions: [Subscription] = []
        let places = names.map { _ in Place() }
        for (name, place) in zip(names, places) {
            let request = SubscriberRequest(name)
            subscriptions.append(
                isCallback
                    ? try readers.hub.subscribe(request, onEach: { place.take($0) })
                    : try readers.hub.subscribe(request))
        }
        readers.publish(Readers.events(1), after: 0)
        while isCallback, places.contains(where: { $0.last.load(ordering: .relaxed) == 0 }) { sched_yield() }
        defer { readers.hub.abandon() }
        return withExtendedLifetime(subscriptions) { (used - before) / count }
    }

    /// Resident memory: pages, 4096 bytes each.
    private static var used: Int {
        let statm = String(decoding: BinaryFile.read("/proc/self/statm") ?? [], as: UTF8.self)
        let fields = statm.split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}
