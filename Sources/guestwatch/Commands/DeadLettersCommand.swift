import AgentCore
import ArgumentParser
import EventModel
import HTTPClient
import Journals
import Pipeline

/// `guestwatch dead-letters`: what destinations refused for good.
struct DeadLettersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dead-letters", abstract: "List, deliver again or forget what destinations refused for good.",
        subcommands: [List.self, Show.self, Edit.self, Redeliver.self, Remove.self], defaultSubcommand: List.self)
}

extension DeadLettersCommand {
    /// `dead-letters list`: number, sink, sequence, reason; the agent may run meanwhile.
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list", abstract: "Print dead letters; the agent may run meanwhile.")

        @OptionGroup var journal: JournalOption

        @Option(help: "Only those of this sink.")
        var sink: String?

        @Flag(help: "Print the events as CloudEvents JSON lines instead.")
        var events = false

        func run() throws {
            let reader = try journal.open()
            var last: UInt64 = 0
            while case let page = try reader.deadLetters(after: last), let end = page.last {
                for letter in page where sink == nil || letter.sink == sink { try show(letter) }
                last = end.number
            }
        }

        private func show(_ letter: KeptDeadLetter) throws {
            if events {
                guard let body = letter.body else { return }
                return try StandardOutput.write(json: body + [UInt8(ascii: "\n")])
            }
            try StandardOutput.print(
                "\(letter.number)  \(letter.storedAt)  \(letter.sink)  \(letter.letter.sequence)  "
                    + letter.letter.reason.harmless)
        }
    }

    /// `dead-letters redeliver SINK`: one attempt at each; by the agent if it runs, else by this command.
    struct Redeliver: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "redeliver", abstract: "Deliver a sink's dead letters again; the agent may run or not.",
            discussion: "What is taken is a dead letter no more; what is refused again stays.")

        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "The sink's name in the configuration.")
        var sink: String

        @Option(help: "Only the dead letter of this number; may be repeated.")
        var number: [UInt64] = []

        func run() async throws {
            guard let client = try await connection.clientIfRunning() else { return try await runWithoutAgent() }
            try await connection.run(as: client) { client in
                let numbers: JSONValue = number.isEmpty ? "all" : .array(number.map { .number("\($0)") })
                let answer = try await client.post(
                    APIPath("v1", "sinks", sink, "redeliver"), ["deadLetters": numbers])
                let refused = (answer["refused"]?.array ?? []).map {
                    (UInt64(clamping: $0.count("number")), $0.text("reason"))
                }
                try report(
                    answer.count("delivered"), Dictionary(refused) { first, _ in first }, answer["failure"]?.string)
            }
        }

        private func runWithoutAgent() async throws {
            let file = try ConfigurationFile.loadOrExit(connection.options.config)
            guard let entry = file.configuration.sinks.first(where: { $0.name == sink }) else {
                throw ExitStatus.usage.exit("\(file.path) has no sink \"\(sink)\"")
            }
            let journal = try await OfflineJournal.open(file.configuration)
            let named: NamedSink
            do {
                named = try entry.make(
                    SinkContext(
                        name: sink, journal: journal.instance, clock: .system, host: .system,
                        transport: { CurlTransport($0) }, secrets: .system, expires: entry.delivery.policy.expires))
            } catch {
                try? await journal.close()
                throw ExitStatus.configuration.exit("\(error)")
            }
            guard named.traits.takesOlderEntries else {
                try? await journal.close()
                throw ExitStatus.usage.exit(
                    "the kind \"\(named.kind)\" takes no older entries; export them: dead-letters list --events")
            }
            var result = RedeliveryResult()
            do throws(JournalError) {
                result = try await deliver(journal, through: named)
            } catch {
                result.failure = "the journal: \(error)"
            }
            await named.sink.stop()
            try? await journal.close()
            try report(Int64(result.delivered.count), result.refused, result.failure)
        }

        private func deliver(
            _ journal: any Journal, through named: NamedSink
        ) async throws(JournalError) -> RedeliveryResult {
            var (total, last) = (RedeliveryResult(), UInt64(0))
            while total.failure == nil {
                let page = try await journal.deadLetters(after: last, limit: 100)
                guard let end = page.last else { break }
                last = end.number
                let chosen = page.filter { $0.sink == sink && (number.isEmpty || number.contains($0.number)) }
                let result = await RedeliveryResult.delivering(chosen, through: named.sink)
                if !result.delivered.isEmpty { try await journal.removeDeadLetters(result.delivered) }
                total.delivered += result.delivered
                total.refused.merge(result.refused) { _, new in new }
                total.failure = result.failure
            }
            return total
        }

        private func report(_ delivered: Int64, _ refused: [UInt64: String], _ failure: String?) throws {
            try StandardOutput.print("delivered \(delivered), refused again \(refused.count)")
            for (number, reason) in refused.sorted(by: { $0.key < $1.key }) {
                StandardError.print("\(number): \(reason.harmless)")
            }
            if let failure { throw ExitStatus.unavailable.exit("\(sink): \(failure.harmless)") }
            if !refused.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
        }
    }

    /// `dead-letters remove NUMBER…`: forgets them; by the agent if it runs, else in its journal.
    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "remove", abstract: "Forget dead letters; the agent may run or not.")

        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Their numbers, as list prints them.")
        var numbers: [UInt64]

        func run() async throws {
            guard let client = try await connection.clientIfRunning() else { return try await runWithoutAgent() }
            try await connection.run(as: client) { client in
                var removed = 0
                for number in Set(numbers).sorted() where try await remove(number, by: client) { removed += 1 }
                try StandardOutput.print("removed \(removed)")
            }
        }

        /// False when there is none of that number.
        private func remove(_ number: UInt64, by client: APIClient) async throws(APIError) -> Bool {
            do throws(APIError) {
                try await client.delete(APIPath("v1", "dead-letters", "\(number)"))
                return true
            } catch {
                if case .problem(404, _, _) = error { return false }
                throw error
            }
        }

        private func runWithoutAgent() async throws {
            let file = try ConfigurationFile.loadOrExit(connection.options.config)
            let journal = try await OfflineJournal.open(file.configuration)
            do throws(JournalError) {
                let before = try await journal.state().deadLetters
                try await journal.removeDeadLetters(numbers)
                let after = try await journal.state().deadLetters
                try await journal.close()
                try? StandardOutput.print("removed \(before - after)")
            } catch {
                throw ExitStatus.internalError.exit("the journal: \(error)")
            }
        }
    }
}

/// The configured journal, opened as the agent opens it: no agent can run meanwhile.
private enum OfflineJournal {
    static func open(_ configuration: AgentConfiguration) async throws -> any Journal {
        do {
            return try await configuration.journal.open(.system)
        } catch {
            throw ExitStatus.internalError.exit("the journal: \(error)")
        }
    }
}
