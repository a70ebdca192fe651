import AgentCore
import ArgumentParser
import EventModel
import Glibc
import Platform

extension DeadLettersCommand {
    /// `dead-letters show NUMBER`: one of them, whole.
    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "show", abstract: "Print a dead letter of the running agent, with its event.")

        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Its number, as list prints it.")
        var number: UInt64

        func run() async throws {
            try await connection.run { client in
                try await client.get(APIPath("v1", "dead-letters", "\(number)")).printIndented()
            }
        }
    }

    /// `dead-letters edit NUMBER`: corrects its event and commits it as a new one.
    struct Edit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "edit", abstract: "Correct the event of a dead letter and commit it anew.",
            discussion: """
                Opens the event in $VISUAL or $EDITOR, commits what was saved under the id with "#edited" at its \
                end, so that every sink takes it as news, and forgets the dead letter. An event that was not changed \
                leaves all as it is.
                """)

        private static let sizeLimit = 64 << 20

        @OptionGroup var connection: ConnectionOptions

        @Argument(help: "Its number, as list prints it.")
        var number: UInt64

        @Option(help: "A file with the corrected event, instead of an editor.", completion: .file())
        var from: String?

        func run() async throws {
            try await connection.run { client in
                let path = APIPath("v1", "dead-letters", "\(number)")
                guard let event = try await client.get(path)["event"], event.members != nil else {
                    throw ExitStatus.failed.exit("the event of dead letter \(number) was let go before it was refused")
                }
                let edited = try edited(event)
                guard edited != event else { return try StandardOutput.print("not changed") }
                _ = try await client.post(
                    APIPath("v1", "events"), Array(JSONText(Self.renamed(edited, unlike: event)).bytes),
                    type: "application/cloudevents+json")
                try await client.delete(path)
                try StandardOutput.print("committed, and dead letter \(number) forgotten")
            }
        }

        /// With an id that nobody has seen, and without what only the journal gives.
        private static func renamed(_ event: JSONValue, unlike old: JSONValue) -> JSONValue {
            .object(
                (event.members ?? []).filter { $0.name != "sequence" && $0.name != "journal" }.map { member in
                    guard member.name == "id", member.value == old["id"] else { return member }
                    return .init("id", .string((member.value.string ?? "") + "#edited"))
                })
        }

        private func edited(_ event: JSONValue) throws -> JSONValue {
            do {
                if let from { return try JSONDocument(try File.read(from, limit: Self.sizeLimit)).root.value }
                return try inEditor(event)
            } catch let error as ExitCode {
                throw error
            } catch {
                throw ExitStatus.usage.exit("the edited event: \(error)")
            }
        }

        private func inEditor(_ event: JSONValue) throws -> JSONValue {
            guard let editor = getenv("VISUAL") ?? getenv("EDITOR") else {
                throw ExitStatus.usage.exit(
                    "neither $VISUAL nor $EDITOR is set: give the corrected event by --from FILE")
            }
            var template = Array("guestwatch-XXXXXX.json".utf8CString)
            // SAFETY: mkstemps changes the X's of the text it is given.
            let descriptor = mkstemps(&template, 5)
            guard descriptor >= 0 else { throw SystemError("make", "guestwatch-XXXXXX.json") }
            close(descriptor)
            let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
            defer { unlink(path) }
            try File.replace(path, with: JSONWriter.indented(event), mode: 0o600)
            // By the shell, as git does it: the variable may hold arguments.
            guard runInteractively("\(String(cString: editor)) \"$0\"", path) == 0 else {
                throw ExitStatus.usage.exit("the editor failed: nothing was changed")
            }
            return try JSONDocument(try File.read(path, limit: Self.sizeLimit)).root.value
        }

        /// Runs a shell command on this terminal. Its exit status.
        private func runInteractively(_ command: String, _ argument: String) -> Int32 {
            var pid: pid_t = 0
            // SAFETY: posix_spawn copies the strings, which are freed after it.
            var arguments = (["sh", "-c", command, argument] as [String]).map { strdup($0) } + [nil]
            defer { for argument in arguments { free(argument) } }
            guard posix_spawnp(&pid, "sh", nil, nil, &arguments, environ) == 0 else { return -1 }
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            return status & 0x7F == 0 ? (status >> 8) & 0xFF : -1
        }
    }
}
