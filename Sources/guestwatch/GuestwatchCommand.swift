import ArgumentParser
import Glibc
import Platform

/// The command line: sub-commands in `Commands/`, exit statuses in `ExitStatus`.
@main
struct GuestwatchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guestwatch",
        abstract: "Knows everything that happens to the virtual machines and containers here, and never loses it.",
        subcommands: [
            RunCommand.self, CheckCommand.self, ReplayCommand.self, TestCommand.self, RecordCommand.self,
            ExplainCommand.self, TypesCommand.self, MetricsCommand.self, JournalCommand.self, SchemaCommand.self,
            VersionCommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "A running agent",
                subcommands: [
                    StatusCommand.self, TailCommand.self, EventsCommand.self, GuestsCommand.self, WaitCommand.self,
                    TopCommand.self, WhereCommand.self, SuspendCommand.self, ResumeCommand.self, RestartCommand.self,
                    RedeliverCommand.self, DeadLettersCommand.self, InjectCommand.self, ReloadCommand.self,
                    SupportBundleCommand.self,
                ])
        ])

    static func main() async {
        // A reader that went away is an error of write(2) to be reported, not a signal to die of.
        signal(SIGPIPE, SIG_IGN)
        Heap.limitArenas()
        Heap.keepFreed()
        ProcessMemory.hide()
        await main(nil)
    }
}
