import AgentCore
import ArgumentParser
import EventModel
import Journals

/// `guestwatch journal`: looks into a journal, also while the agent runs.
struct JournalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "journal", abstract: "Look into the journal; the agent may run meanwhile.",
        subcommands: [Show.self, Check.self, Export.self], defaultSubcommand: Show.self)
}

/// Which journal file to open: `--path`, or the one of the configuration.
struct JournalOption: ParsableArguments {
    @OptionGroup var options: ConfigurationOption

    @Option(help: "The journal's file; else the configuration says.", completion: .file(extensions: ["db"]))
    var path: String?

    func open() throws -> SQLiteJournalReader {
        var file = path
        if file == nil {
            let loaded = try ConfigurationFile.loadOrExit(options.config)
            guard let configured = loaded.configuration.journal.configuration as? SQLiteJournal.Configuration else {
                let kind = loaded.configuration.journal.kind
                throw ExitStatus.usage.exit("the journal of \(loaded.path) is of kind \"\(kind)\": it has no file")
            }
            file = configured.path
        }
        do {
            return try SQLiteJournalReader(path: file ?? "")
        } catch {
            throw ExitStatus.internalError.exit("\(error)")
        }
    }
}

extension JournalCommand {
    /// `journal show`: its range, cursors and checkpoints.
    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print the range, the cursors of the sinks and the newest entries.")

        @OptionGroup var journal: JournalOption

        @Option(help: "Print the entries after this sequence instead of the newest.")
        var from: UInt64?

        @Option(help: "The most entries printed.")
        var count = 10

        func run() throws {
            let reader = try journal.open()
            let state = try reader.state()
            try StandardOutput.print("instance      \(reader.instance)")
            try StandardOutput.print(
                "entries       \(state.count) (\(state.lowest)...\(state.head)), \(state.bytes) bytes")
            try StandardOutput.print("dead letters  \(state.deadLetters)")
            for (sink, cursor) in state.cursors.sorted(by: { $0.key < $1.key }) {
                try StandardOutput.print(
                    "cursor        \(sink) \(cursor) (\(state.head - min(cursor, state.head)) behind)")
            }
            for (collector, checkpoint) in try reader.checkpoints().sorted(by: { $0.key < $1.key }) {
                let text = String(decoding: checkpoint.bytes.prefix(200), as: UTF8.self)
                try StandardOutput.print("checkpoint    \(collector) version \(checkpoint.version): \(text)")
            }
            let start = from ?? state.head - min(state.head, UInt64(clamping: count))
            let limit = ReadLimit(entries: max(1, count))
            for entry in try reader.read(after: start, limit: limit).entries.prefix(count) {
                try StandardOutput.write(json: entry.line(journal: reader.instance))
            }
        }
    }

    /// `journal check`: is all of it sound?
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Check every page, entry and promise of the journal; exit status 1 on damage.")

        @OptionGroup var journal: JournalOption

        func run() throws {
            let reader = try journal.open()
            let findings = try reader.check()
            let state = try reader.state()
            for finding in findings { try StandardOutput.print("damaged: \(finding)") }
            guard findings.isEmpty else { throw ExitCode(ExitStatus.failed.rawValue) }
            try StandardOutput.print("sound: \(state.count) entries, \(state.lowest)...\(state.head)")
        }
    }

    /// `journal export`: the entries as JSON lines.
    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "export", abstract: "Print entries as CloudEvents JSON lines.")

        @OptionGroup var journal: JournalOption

        @Option(help: "Only entries after this sequence.")
        var from: UInt64 = 0

        func run() throws {
            let reader = try journal.open()
            let instance = reader.instance
            let head = try reader.state().head
            var progress = ProgressLine()
            var position = from
            while true {
                let page = try reader.read(after: position, limit: ReadLimit())
                guard let last = page.entries.last, position < head else { break }
                var bytes: [UInt8] = []
                for entry in page.entries { bytes += entry.line(journal: instance) }
                do {
                    try StandardOutput.write(json: bytes)
                } catch {
                    return
                }
                position = last.sequence
                if !StandardOutput.isTerminal { progress.show("\(position) of \(head)") }
            }
            progress.clear()
        }
    }
}

extension Entry {
    /// The entry as a CloudEvents JSON line.
    fileprivate func line(journal: String) -> [UInt8] {
        var bytes: [UInt8] = []
        EventEncoder.append(body, sequence: sequence, journal: journal, to: &bytes)
        bytes.append(UInt8(ascii: "\n"))
        return bytes
    }
}
