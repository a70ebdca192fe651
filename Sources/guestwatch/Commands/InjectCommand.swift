import ArgumentParser
import EventModel
import Platform

/// `guestwatch inject`: events of one's own into the journal.
struct InjectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inject", abstract: "Commit CloudEvents to the agent's journal.",
        discussion: """
            Reads one event, an array of events, or JSON lines. All are checked before any is stored; what the \
            journal holds already, by source and id, is not stored again.
            """)

    /// The most one call of the API takes.
    private static let batch = 1000
    private static let sizeLimit = 64 << 20

    @OptionGroup var connection: ConnectionOptions

    @Argument(help: "A file; standard input when left out or -.", completion: .file())
    var file = "-"

    func run() async throws {
        let events = try events()
        try await connection.run { client in
            var (stored, repeated, filtered) = (Int64(0), Int64(0), Int64(0))
            for start in stride(from: 0, to: events.count, by: Self.batch) {
                let part = JSONValue.array(Array(events[start..<min(start + Self.batch, events.count)]))
                let answer = try await client.post(
                    APIPath("v1", "events"), Array(JSONText(part).bytes), type: "application/cloudevents-batch+json")
                stored += answer.count("stored")
                repeated += answer.count("repeated")
                filtered += answer.count("filtered")
            }
            try StandardOutput.print("stored \(stored), held already \(repeated), filtered \(filtered)")
        }
    }

    private func events() throws -> [JSONValue] {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try File.read(file == "-" ? "/dev/stdin" : file, limit: Self.sizeLimit)
        } catch {
            throw ExitStatus.usage.exit("\(error)")
        }
        if let whole = try? JSONDocument(bytes).root.value { return whole.array ?? [whole] }
        return try bytes.split(separator: UInt8(ascii: "\n")).enumerated().map { number, line in
            do throws(JSONError) {
                return try JSONDocument(Array(line)).root.value
            } catch {
                throw ExitStatus.usage.exit("\"\(file)\", line \(number + 1): \(error)")
            }
        }
    }
}
