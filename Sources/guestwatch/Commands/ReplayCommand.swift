import ArgumentParser
import EventModel

/// `guestwatch replay FOLDER`: a fixture's events on standard output.
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Play a fixture and print its events as CloudEvents JSON lines.")

    @Argument(help: "A folder with collectors.json and input/.", completion: .directory)
    var folder: String

    func run() async throws {
        var count = 0
        var progress = ProgressLine()
        let showsProgress = !StandardOutput.isTerminal
        do {
            try await FixtureCase(folder: folder).run { events in
                var bytes: [UInt8] = []
                for event in events {
                    bytes += EventEncoder.encode(event)
                    bytes.append(UInt8(ascii: "\n"))
                }
                try StandardOutput.write(json: bytes)
                count += events.count
                if showsProgress { progress.show("\(count) events") }
            }
        } catch is BrokenOutput {
            return
        } catch let error as ConfigurationError {
            throw ExitStatus.configuration.exit(error.description)
        } catch {
            progress.clear()
            throw ExitStatus.failed.exit("\(error)")
        }
        progress.clear()
    }
}
