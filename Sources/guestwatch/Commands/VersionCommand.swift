import ArgumentParser
import HTTPClient
import Journals
import VSphere

/// `guestwatch version`: what this build is made of.
struct VersionCommand: ParsableCommand {
    /// Semantic Versioning 2.0.0.
    static let version = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "version", abstract: "Print the version, the libraries and the plugins of this build.")

    func run() throws {
        try StandardOutput.write(Array(Self.text.utf8))
    }

    /// What is printed: a line each.
    static var text: String {
        let rows = [
            ("guestwatch", version), ("libcurl", CurlTransport.libraryVersion),
            ("libxml2", EventPageDecoder.libraryVersion), ("sqlite", SQLiteJournal.libraryVersion),
            ("journals", Registry.journals.map(\.kind).joined(separator: " ")),
            ("collectors", Registry.collectors.map(\.kind).joined(separator: " ")),
            ("sinks", Registry.sinks.map(\.kind).joined(separator: " ")),
            ("absent", Registry.absent.map { "\($0.kind) (--traits \($0.trait))" }.joined(separator: " ")),
        ].filter { !$0.1.isEmpty }
        return rows.map { $0 + String(repeating: " ", count: 12 - $0.count) + $1 + "\n" }.joined()
    }
}
