import AgentCore
import Glibc
import Platform

/// Feeds systemd's watchdog by the pipeline's own progress: a sign of life is sent after each pulse of the pipeline, so
/// that a stuck one sends none and is started anew.
struct Watchdog: Equatable {
    /// How often: three signs may be late before the patience is over.
    let interval: Duration

    /// As the environment of a service says it: `WATCHDOG_USEC`, meant for the process `WATCHDOG_PID`. Nil: nobody
    /// watches.
    init?(microseconds: String?, process: String?, own: Int32 = getpid()) {
        guard let patience = microseconds.flatMap({ Int64($0) }), patience > 0,
            process.map({ Int32($0) == own }) ?? true
        else { return nil }
        interval = .microseconds(patience / 3)
    }

    /// The watchdog of this process.
    static var own: Watchdog? {
        // SAFETY: getenv only reads; nothing in the agent changes the environment after the start.
        let variable = { (name: String) in getenv(name).map { String(cString: $0) } }
        return Watchdog(microseconds: variable("WATCHDOG_USEC"), process: variable("WATCHDOG_PID"))
    }

    /// Sends signs of life until the task is cancelled.
    func feed(_ notifier: ServiceNotifier, clock: AgentClock, pulse: () async -> Void) async {
        repeat {
            await pulse()
            notifier.notify("WATCHDOG=1")
        } while (try? await clock.sleep(interval)) != nil
    }
}
