import AgentCore
import ArgumentParser
import EventModel
import Glibc
import Logging
import ServiceLifecycle
import UnixSignals

/// `guestwatch run`: the agent in the foreground.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Run the agent in the foreground, until SIGTERM or Ctrl-C.",
        discussion: "A second signal, or the stop deadline, ends it at once; nothing is lost by that.")

    @OptionGroup var options: ConfigurationOption

    @Option(help: "How the agent's own log is written: auto, text, json, journald.")
    var logFormat = LogFormat.auto

    @Option(
        help: "The least level logged: trace, debug, info, notice, warning, error, critical.",
        transform: Logger.Level.parse)
    var logLevel = Logger.Level.notice

    @Option(help: "Seconds a stop may take before what is under way is cut off.")
    var stopDeadline = 10

    func validate() throws {
        guard (1...3600).contains(stopDeadline) else {
            throw ValidationError("--stop-deadline: \(stopDeadline) is not from 1 to 3600 seconds")
        }
    }

    func run() async throws {
        let file = try ConfigurationFile.loadOrExit(options.config)
        let format = logFormat
        let level = logLevel
        let log = Logger(label: "guestwatch") { _ in AgentLogHandler(format: format, level: level) }
        let deadline = Duration.seconds(stopDeadline)
        do {
            let agent = try await Agent(file, stopDeadline: deadline, log: log)
            var quiet = log
            quiet.logLevel = .error
            var group = ServiceGroupConfiguration(
                services: [.init(service: agent, successTerminationBehavior: .gracefullyShutdownGroup)],
                gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet)
            group.maximumGracefulShutdownDuration = deadline + .seconds(2)
            try await ServiceGroup(configuration: group).run()
        } catch let error as JournalError {
            throw ExitStatus.internalError.exit("the journal: \(error)")
        } catch {
            throw ExitStatus.internalError.exit("\(error)")
        }
    }
}
