package import EventModel

/// Makes events as a busy vCenter has them, in the mix and the sizes measured on real ones; the same for the same seed.
///
/// For storms, benchmarks and the fixture vCenter: `vcenter.append(generator.events(5000))`.
package struct EventPageGenerator: Sendable {
    /// What the vCenter is busy with.
    package enum Mix: Sendable {
        /// Mostly power operations: about 740 bytes per event on the wire.
        case power
        /// Many reconfigurations, alarms and tasks: about 1075 bytes per event, the longest about 8 KiB.
        case change
    }

    private let mix: Mix
    private let vms: ClosedRange<Int>
    private let totals: [Int]
    private var generator: SeededGenerator

    /// Events about the VMs with these numbers (see `FixtureEntity.vm`).
    package init(_ mix: Mix = .power, seed: UInt64 = 1, vms: ClosedRange<Int> = 41...60) {
        (self.mix, self.vms) = (mix, vms)
        generator = SeededGenerator(seed: seed)
        var total = 0
        totals = EventKinds.all.map { kind in
            total += mix == .power ? kind.weights.power : kind.weights.change
            return total
        }
    }

    /// The next event, without key and time: the server gives them.
    package mutating func next() -> FixtureEvent {
        let drawn = Int.random(in: 0..<(totals.last ?? 1), using: &generator)
        let kind = EventKinds.all[totals.firstIndex { drawn < $0 } ?? 0]
        let vm = FixtureEntity.vm(Int.random(in: vms, using: &generator))
        let host = FixtureEntity.host(Int.random(in: 21...22, using: &generator))
        let number = Int.random(in: 100_000...999_999, using: &generator)
        func filled(_ text: String) -> String { Self.fill(text, vm.name, host.name, number) }
        var event = FixtureEvent(
            kind.className, vm: kind.scope == .vm ? vm : nil,
            host: kind.scope == .vm || kind.scope == .host ? host : nil, message: filled(kind.message),
            extra: filled(kind.extra))
        (event.category, event.eventTypeId) = (kind.category, kind.eventTypeId)
        if kind.scope == .datacenter { event.computeResource = nil }
        if number % 3 == 0 { event.userName = "" }
        return event
    }

    /// The next events.
    package mutating func events(_ count: Int) -> [FixtureEvent] {
        (0..<count).map { _ in next() }
    }

    /// A whole `ReadNextEvents` answer of `count` events, with keys from `firstKey` and times a few hundred µs apart.
    package mutating func page(
        _ count: Int = 1000, firstKey: Int32 = 1, at start: Timestamp = TestClock.start
    ) -> [UInt8] {
        var settings = FixtureSettings()
        settings.firstKey = firstKey
        var state = VCenterState(settings: settings)
        var time = start
        for event in events(count) {
            // Several events of one time, as servers have them.
            let isSameTime = Int.random(in: 0..<4, using: &generator) == 0
            if !isSameTime { time = time.advanced(by: .microseconds(Int.random(in: 1...900, using: &generator))) }
            _ = state.store.append(event, now: time)
        }
        let content = state.encoded(events: Array(state.store.events(from: 0)), as: "returnval", order: .oldestFirst)
        return SOAPEnvelope.response(to: "ReadNextEvents", content)
    }

    private static func fill(_ text: String, _ vm: String, _ host: String, _ number: Int) -> String {
        guard text.utf8.contains(UInt8(ascii: "$")) else { return text }
        var filled = ""
        var parts = text.split(separator: "$", omittingEmptySubsequences: false)
        filled += parts.removeFirst()
        for part in parts {
            for (name, value) in [("vm", vm), ("host", host), ("n", "\(number)")] where part.hasPrefix(name) {
                filled += value + part.dropFirst(name.count)
                break
            }
        }
        return filled
    }
}
