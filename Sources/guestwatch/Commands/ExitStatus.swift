import ArgumentParser

/// The exit statuses of all commands, as sysexits.h names them; `README.md` documents them.
enum ExitStatus: Int32 {
    /// It did what was asked, and the answer is no: a case differs, a journal is damaged.
    case failed = 1
    /// The command line is wrong.
    case usage = 64
    /// An outside source cannot be reached.
    case unavailable = 69
    /// The agent itself could not go on: the journal cannot be opened.
    case internalError = 70
    /// An outside source refused us: a wrong password, an untrusted certificate.
    case refused = 77
    /// The configuration is wrong.
    case configuration = 78

    /// Prints the reason to standard error and ends the command with this status.
    func exit(_ reason: String) -> ExitCode {
        StandardError.print("guestwatch: \(reason)")
        return ExitCode(rawValue)
    }
}

extension ConfigurationFile {
    /// Loads the configuration or ends the command with all that is wrong with it.
    static func loadOrExit(_ path: String?) throws -> ConfigurationFile {
        do {
            return try load(path)
        } catch {
            for line in error.lines { StandardError.print(line) }
            throw ExitCode(ExitStatus.configuration.rawValue)
        }
    }
}

/// `--config`, the same for every command that has it.
struct ConfigurationOption: ParsableArguments {
    @Option(
        name: [.long, .short],
        help: "The configuration (default: collectors.json here, then /etc/guestwatch/collectors.json).",
        completion: .file(extensions: ["json"]))
    var config: String?
}
