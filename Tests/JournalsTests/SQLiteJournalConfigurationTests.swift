import AgentCore
import EventModel
import Journals
import Testing

@Suite struct SQLiteJournalConfigurationTests {
    private func read(_ json: String) throws -> (SQLiteJournal.Configuration, [ConfigurationProblem]) {
        guard case .object(let members, _) = try JSONDocument(Array(json.utf8)).root else { throw JournalError.closed }
        var reader = ConfigurationReader(members: members, path: .init(text: "journal"), directory: "/etc/guestwatch")
        let configuration = SQLiteJournal.Configuration(from: &reader)
        return (configuration, reader.finish())
    }

    @Test("path and synchronous have defaults, and a relative path is the configuration's neighbour")
    func values() throws {
        let (standard, problems) = try read("{}")
        #expect(problems.isEmpty)
        #expect(standard.path == "/var/lib/guestwatch/journal.db" && standard.synchronous == .full)
        let (given, none) = try read(#"{ "path": "j.db", "synchronous": "normal" }"#)
        #expect(none.isEmpty)
        #expect(given.path == "/etc/guestwatch/j.db" && given.synchronous == .normal)
    }

    @Test("a word that is no choice is a problem that names the choices")
    func problems() throws {
        let (_, problems) = try read(#"{ "synchronous": "ful", "paht": "x" }"#)
        #expect(problems.map(\.path.text).sorted() == ["journal.paht", "journal.synchronous"])
        #expect(problems.contains { $0.text.contains(#"did you mean "full"?"#) })
    }
}
