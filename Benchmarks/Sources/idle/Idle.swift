import AgentTestKit
import Measuring

/// The agent when nothing happens: one vSphere collector that waits for updates, one file sink.
@main
enum Idle {
    private static let starts = 15
    /// How long it is left alone before its memory is read, and how long its switches are counted, in seconds.
    private static let settling = 10
    private static let watching = 10
    private static let journals = ["sqlite", "memory"]

    static func main() async {
        await measuring {
            let vcenter = try await CannedServer(events: 1000)
            var table = Table("journal", "", "min", "median", "max", "goal", "")
            for journal in journals {
                let setting = AgentUnderMeasure.Setting(journal: journal, vcenter: vcenter)
                add(try await readiness(setting), of: journal, to: &table)
                try await addRest(of: setting, to: &table)
            }
            try await vcenter.stop()
            table.show("Idle: one vSphere collector waiting for updates, one file sink")
        }
    }

    private static func add(_ ready: Series, of journal: String, to table: inout Table) {
        table.add(
            journal, "ms from start to ready, \(starts) starts", Figures.fixed(ready.least, 1),
            Figures.fixed(ready.median, 1), Figures.fixed(ready.greatest, 1), "< 100",
            Figures.verdict(ready.median < 100))
    }

    /// Milliseconds from the start of the process until it says that it is ready.
    private static func readiness(_ setting: AgentUnderMeasure.Setting) async throws -> Series {
        var series = Series()
        for _ in 0..<starts {
            let agent = try AgentUnderMeasure(setting)
            series.append(agent.secondsToReady * 1000)
            _ = try await agent.stop()
        }
        return series
    }

    /// Leaves an agent alone, then looks at it twice.
    private static func addRest(of setting: AgentUnderMeasure.Setting, to table: inout Table) async throws {
        let agent = try AgentUnderMeasure(setting)
        try await Task.sleep(for: .seconds(settling))
        let before = try agent.figures
        try await Task.sleep(for: .seconds(watching))
        let after = try agent.figures
        _ = try await agent.stop()
        let mebibytes = Double(after.residentBytes) / 1_048_576
        table.add(
            setting.journal, "MiB resident, \(after.threads) threads", "", Figures.fixed(mebibytes, 1), "", "< 20",
            Figures.verdict(mebibytes < 20))
        table.add(
            setting.journal, "context switches in \(watching) s, all threads", "", "\(after.switches(since: before))",
            "",
            "timers", "")
    }
}
