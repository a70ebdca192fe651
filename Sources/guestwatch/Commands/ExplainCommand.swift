import AgentCore
import ArgumentParser
import Collectors
import EventModel
import Platform

/// `guestwatch explain FILE`: what becomes of each line of a log, and why.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Show line by line what a file-watch collector makes of a log, and why.",
        discussion: """
            Takes the lines of FILE, or of standard input for "-", through a collector of the configuration, or through a
            shipped translator. Nothing is committed; the file is only read.
            """)

    @Argument(help: "The log; \"-\" is standard input.", completion: .file())
    var file: String?

    @Option(
        name: [.long, .short], help: "The configuration whose collector is asked.",
        completion: .file(extensions: ["json"]))
    var config: String?

    @Option(help: "The file-watch collector of the configuration; its only one when left out.")
    var collector: String?

    @Option(help: "A shipped translator, instead of a configuration: \(translatorNames).")
    var translator: String?

    @Option(help: "The name the log has where it is written: some translators read it.")
    var path: String?

    @Flag(help: "Show every rule that was asked, those of the translator as well.")
    var all = false

    @Flag(help: "Print the translator as the JSON one would write for it, and end.")
    var show = false

    private static var translatorNames: String {
        ShippedTranslator.all.map(\.name).joined(separator: ", ")
    }

    /// Longer lines are cut, as a collector cuts them. In bytes.
    private static let lineLimit = 1 << 20

    func validate() throws {
        if translator != nil, collector != nil || config != nil {
            throw ValidationError("--translator stands instead of --config and --collector")
        }
        if file == nil, !show { throw ValidationError("which log? Give a file, or - for standard input") }
        if let translator, !ShippedTranslator.all.contains(where: { $0.name == translator }) {
            throw ValidationError("\"\(translator)\" is none of \(Self.translatorNames)")
        }
    }

    func run() throws {
        let configuration = try lineConfiguration()
        if show {
            let value = try JSONDocument(Array(configuration.translator.text.utf8)).root.value
            return try StandardOutput.write(JSONWriter.indented(value))
        }
        var translator = LineTranslator(configuration, host: .system, collector: collector ?? "explain")
        var writer = ExplanationWriter(showsAll: all)
        do {
            try explain(&translator, continuation: configuration.continuation, to: &writer)
            try StandardOutput.print(writer.summary)
        } catch let error as FileError {
            throw ExitStatus.unavailable.exit("\(error)")
        } catch is BrokenOutput {
            return
        }
    }

    private func explain(
        _ translator: inout LineTranslator, continuation: String?, to writer: inout ExplanationWriter
    ) throws {
        let source = file ?? "-"
        let reader = try LineReader(path: source == "-" ? "/dev/stdin" : source, limit: Self.lineLimit)
        var waiting: FollowedLine?
        var offset: UInt64 = 0
        while let line = try reader.next() {
            var bytes = line.bytes[...]
            if bytes.last == UInt8(ascii: "\r") { bytes = bytes.dropLast() }
            let place = offset
            offset += UInt64(line.bytes.count) + 1
            if let continuation, waiting != nil, bytes.starts(with: continuation.utf8) {
                waiting?.bytes += [UInt8(ascii: "\n")] + bytes
                continue
            }
            if let waiting { try writer.write(translator.explain(waiting), of: waiting) }
            waiting = FollowedLine(
                path: path ?? source, bytes: bytes, offset: place, identity: "file", isTruncated: line.isCut,
                readAt: AgentClock.system.now())
        }
        if let waiting { try writer.write(translator.explain(waiting), of: waiting) }
        for event in translator.finish("file") { try writer.write(event) }
    }

    /// What the configuration says of the collector, or the translator alone.
    private func lineConfiguration() throws -> LineConfiguration {
        if config == nil, collector == nil {
            let name = JSONText(.string(translator ?? ShippedTranslator.lines.name))
            let text = Array(#"{ "translator": "#.utf8) + name.bytes + Array(" }".utf8)
            return try configuration(of: JSONDocument(text).root, path: .init())
        }
        let file = try ConfigurationFile.loadOrExit(config)
        guard case .object(let members, _) = file.document.root,
            case .array(let nodes, _)? = members.first(where: { $0.name == "collectors" })?.node
        else { throw ExitStatus.configuration.exit("\"\(file.path)\" has no collectors") }
        let watching = nodes.filter { $0.value["kind"]?.string == "file-watch" }
        let found = watching.filter { collector == nil || $0.value["name"]?.string == collector }
        guard found.count == 1 else {
            let names = watching.compactMap { $0.value["name"]?.string }.joined(separator: ", ")
            throw ExitStatus.configuration.exit(
                "which collector? \"\(file.path)\" has these of kind file-watch: \(names.isEmpty ? "none" : names)")
        }
        return try configuration(of: found[0], path: .init(text: collector ?? "collector"))
    }

    private func configuration(of node: JSONNode, path: ConfigurationPath) throws -> LineConfiguration {
        guard case .object(let members, _) = node else { throw ExitStatus.configuration.exit("not an object") }
        // What else the collector has was read with the whole file.
        var reader = ConfigurationReader(members: members, path: path, directory: ".")
        return LineConfiguration(from: &reader)
    }
}
