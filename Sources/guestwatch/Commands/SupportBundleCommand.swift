import AgentCore
import ArgumentParser
import EventModel
import Glibc
import Platform

/// `guestwatch support-bundle`: what others need to help, without secrets.
struct SupportBundleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "support-bundle", abstract: "Collect what is needed to look into a problem, without secrets.",
        discussion: """
            Writes a .tar.gz with the agent's state, configuration (secrets blanked), metrics, streams, dead letters \
            without their events, and the versions of this build. Events are left out unless asked for: they name \
            guests and people.
            """)

    @OptionGroup var connection: ConnectionOptions

    @Option(help: "The file to write (default: guestwatch-support-TIME.tar.gz here).", completion: .file())
    var out: String?

    @Option(help: "The newest so many events, too.")
    var events = 0

    /// What is asked of the agent, and the file it goes to.
    private static let parts: [(APIPath, String)] = [
        (APIPath("v1", "status"), "status.json"), (APIPath("v1", "config"), "config.json"),
        (APIPath("v1", "journal"), "journal.json"), (APIPath("v1", "subscribers"), "subscribers.json"),
        (APIPath("v1", "streams"), "streams.json"), (APIPath("metrics"), "metrics.txt"),
        (APIPath("readyz"), "readyz.json"),
    ]

    func run() async throws {
        let time = AgentClock.system.now().rfc3339.prefix { $0 != "." }.filter { $0 != "-" && $0 != ":" && $0 != "Z" }
        let name = "guestwatch-support-\(time)Z"
        let file = out ?? "\(name).tar.gz"
        try await connection.run { client in
            // Of its own, not one that somebody else made under this name to read along.
            let folder = "\(file).parts"
            do {
                try File.makePrivateFolder(folder)
                try File.makePrivateFolder("\(folder)/\(name)")
                for (part, bytes) in await contents(client) {
                    try File.replace("\(folder)/\(name)/\(part)", with: bytes, mode: 0o600)
                }
            } catch {
                throw ExitStatus.internalError.exit("\(error)")
            }
            try await pack(name, in: folder, into: file)
            try StandardOutput.print(file)
        }
    }

    /// Every part, by the name of its file. What the agent does not give, says why instead.
    private func contents(_ client: APIClient) async -> [(String, [UInt8])] {
        var contents: [(String, [UInt8])] = [("version.txt", Array(VersionCommand.text.utf8))]
        var parts = Self.parts
        if events > 0 {
            parts.append((APIPath("v1", "events").with("last", min(events, 10_000)), "events.json"))
        }
        for (path, file) in parts {
            do throws(APIError) {
                contents.append((file, try await client.bytes(path)))
            } catch {
                contents.append((file + ".error", Array("\(error)\n".utf8)))
            }
        }
        contents.append(("dead-letters.json", await deadLetters(client)))
        return contents
    }

    private func deadLetters(_ client: APIClient) async -> [UInt8] {
        let page = try? await client.get(APIPath("v1", "dead-letters").with("count", 1000))
        let letters = (page?["deadLetters"]?.array ?? []).map { letter in
            JSONValue.object((letter.members ?? []).filter { $0.name != "event" })
        }
        return JSONWriter.indented(.array(letters))
    }

    /// Packs what is in the folder with tar(1) and removes it. A link at the file is replaced itself.
    private func pack(_ name: String, in folder: String, into file: String) async throws {
        let path = getenv("PATH").map { String(cString: $0) } ?? "/usr/bin:/bin"
        let tar: ChildProgram
        do throws(SystemError) {
            // SAFETY of the file's mode: umask holds for the child, too.
            umask(0o077)
            let arguments = ["tar", "-czf", "\(folder)/packed", "--remove-files", "-C", folder, name]
            tar = try ChildProgram(.init(arguments, environment: ["PATH": path]))
        } catch {
            throw ExitStatus.internalError.exit("\(error); what was collected is in \"\(folder)\"")
        }
        while tar.exit == nil { try await AgentClock.system.sleep(.milliseconds(20)) }
        guard tar.exit == .code(0) else {
            let reason = (try? tar.errors.read(upTo: 4096)).map { String(decoding: $0, as: UTF8.self) } ?? ""
            throw ExitStatus.internalError.exit("tar: \(reason.harmless); what was collected is in \"\(folder)\"")
        }
        guard rename("\(folder)/packed", file) == 0, rmdir(folder) == 0 else {
            throw ExitStatus.internalError.exit("\(SystemError("make", file)); the bundle is in \"\(folder)\"")
        }
    }
}
