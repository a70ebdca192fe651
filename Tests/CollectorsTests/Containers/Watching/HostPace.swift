import AgentTestKit
import Glibc

/// How busy this host is: what is promised within a second is promised of a host that has a core for it.
enum HostPace {
    /// A promised time, as long as it may take now: itself, until each core has two to run.
    static func allowed(_ promised: Duration) -> Duration {
        let fields = (TestFile.text("/proc/loadavg") ?? "").split(separator: " ")
        let load = fields.first.flatMap { Double($0) } ?? 0
        let running = fields.dropFirst(3).first.flatMap { $0.split(separator: "/").first }.flatMap { Double($0) } ?? 0
        return promised * max(1, max(load, running) / Double(2 * sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    }
}
