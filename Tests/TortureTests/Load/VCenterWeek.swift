import AgentTestKit
import EventModel

/// A week of a vCenter's events, by assumption: what happens how often to each virtual machine, and when.
///
/// No public record tells rates of a whole vCenter. Assumed for each machine and day: 12 events by a nightly backup
/// (snapshot, reconfiguration and their tasks, between 1 and 5 o'clock), 8 by people and their tools (7 to 19 o'clock,
/// Monday to Friday), 4 by the cluster at any time (moves, alarms, heartbeats); and twice in the week a host with 30
/// machines that fails, with 25 events for each within a minute.
struct VCenterWeek {
    static let minutes = 7 * 24 * 60
    /// Minutes at which a host fails: Tuesday 3:20, in the backup, and Thursday 11:05.
    static let failures = [24 * 60 + 200, 3 * 24 * 60 + 665]
    private static let classes = [
        "VmPoweredOnEvent", "VmPoweredOffEvent", "VmReconfiguredEvent", "VmMigratedEvent", "TaskEvent",
        "AlarmStatusChangedEvent", "VmSuspendedEvent", "VmRelocatedEvent",
    ]

    var machines: Int
    private var owed = 0.0

    init(machines: Int) {
        self.machines = machines
    }

    /// How many events the minute brings; what is less than one is kept for the next.
    mutating func events(inMinute minute: Int) -> Int {
        let (day, hour) = (minute / (24 * 60), minute / 60 % 24)
        var rate = 4.0 / (24 * 60)
        if (1..<5).contains(hour) { rate += 12.0 / (4 * 60) }
        if day < 5, (7..<19).contains(hour) { rate += 8.0 / (12 * 60) }
        owed += rate * Double(machines)
        if Self.failures.contains(minute) { owed += Double(min(30, machines) * 25) }
        let count = Int(owed)
        owed -= Double(count)
        return count
    }

    /// The event with that number, at that time.
    func event(_ number: Int, at time: Timestamp) -> FixtureEvent {
        var event = FixtureEvent(
            Self.classes[number % Self.classes.count], vm: .vm(number % machines + 1),
            host: .host(number % machines / 30 + 1), message: "event \(number) of a week on web-\(number % machines)")
        event.createdTime = time
        return event
    }
}
