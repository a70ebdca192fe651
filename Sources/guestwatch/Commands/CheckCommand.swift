import AgentCore
import ArgumentParser
import HTTPClient

/// `guestwatch check`: is the configuration right, and do the sources answer?
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validate the configuration; with --connect, also reach every source.")

    @OptionGroup var options: ConfigurationOption

    @Flag(help: "Connect to every source, log in, and read one page.")
    var connect = false

    @Flag(help: "Print a drop-in of the systemd unit that allows what these collectors need, and nothing else.")
    var dropIn = false

    func run() async throws {
        let file = try ConfigurationFile.loadOrExit(options.config)
        let configuration = file.configuration
        if dropIn {
            let objects = configuration.collectors.compactMap { file.collectorObject(named: $0.name) }
            return try StandardOutput.write(Array(UnitPrivileges(objects).dropIn.utf8))
        }
        let collectors = configuration.collectors.map(\.name).joined(separator: ", ")
        let sinks = configuration.sinks.map(\.name).joined(separator: ", ")
        try StandardOutput.print(
            "\(file.path): fine (journal: \(configuration.journal.kind); collectors: \(collectors); sinks: \(sinks))")
        guard connect else { return }
        var worst: ExitStatus?
        for entry in configuration.collectors {
            let context = CollectorContext(
                name: entry.name, clock: .system, host: .system, transport: { CurlTransport($0) }, secrets: .system)
            do {
                let collector = try entry.make(context)
                let found = await Result { try await collector.probe() }
                await collector.stop()
                try StandardOutput.print("\(entry.name): \(try found.get())")
            } catch let error as CollectorError {
                StandardError.print("\(entry.name): \(error)")
                worst = .refused
            } catch {
                StandardError.print("\(entry.name): \(error)")
                worst = worst ?? .unavailable
            }
        }
        if let worst { throw ExitCode(worst.rawValue) }
    }
}

extension Result where Failure == any Error {
    /// What an asynchronous call gave or threw.
    fileprivate init(_ call: () async throws -> Success) async {
        do {
            self = .success(try await call())
        } catch {
            self = .failure(error)
        }
    }
}
