package import AgentCore
import EventModel

/// A translator that comes with the agent: a name, and the same JSON that a user would write for it.
///
/// One file each in `Translators/`; `guestwatch explain --show NAME` prints it, to begin one's own with.
package struct ShippedTranslator: Sendable {
    /// The word in `collectors.json`.
    package let name: String
    /// Format, zone, rules, and what becomes of other lines.
    package let text: String

    /// Every one there is.
    package static let all: [ShippedTranslator] = [
        .lines, .libvirtQemu, .esxiHostd, .esxiVobd, .esxiVmkernel, .vmwareLog, .proxmoxTasks, .lxc, .kubeletCRI,
        .auditdVirt, .xenXL,
    ]

    /// Each line as it is.
    package static let lines = ShippedTranslator(name: "lines", text: #"{ "format": "plain", "unmatched": "keep" }"#)

    /// The text, read. A test reads all of them: here nothing can be wrong with one.
    var definition: TranslatorDefinition {
        (try? read()) ?? TranslatorDefinition()
    }

    /// Reads the text. Throws what is wrong with it.
    package func read() throws -> TranslatorDefinition {
        let document = try JSONDocument(Array(text.utf8))
        var source = ConfigurationSource(node: document.root, path: .init(text: name), directory: "")
        let value = ConfigurationType<TranslatorDefinition>.object().read(&source)
        if let problem = source.problems.first { throw problem }
        return value ?? TranslatorDefinition()
    }
}

/// What a shipped translator says.
package struct TranslatorDefinition: Configurable {
    var format = LineFormat.plain
    var pattern: RegularExpression?
    var messagePattern: RegularExpression?
    var pathPattern: RegularExpression?
    var time = TimeReading.automatic
    var zone = TimeZoneRule.local
    var rules: [LineRule] = []
    var unmatched = LineConfiguration.Unmatched.keep
    var continuation: String?

    init() {}

    package init(from reader: inout ConfigurationReader) {
        format = reader.required("format", .choice(), "How a line is written.")
        pattern = reader.optional("pattern", .regularExpression, "For the format \"regex\".") ?? nil
        messagePattern = reader.optional("messagePattern", .regularExpression, "Matched with the message.") ?? nil
        pathPattern = reader.optional("pathPattern", .regularExpression, "Matched with the file's path.") ?? nil
        time = reader.optional("time", .object(), default: .automatic, "Where a line's time stands.")
        zone = reader.optional("zone", .timeZone, default: .local, "The zone of times that tell none.")
        rules = reader.optional("rules", .list(of: .object()), default: [], "The first that matches is meant.")
        unmatched = reader.required("unmatched", .choice(), "What becomes of other lines.")
        continuation = reader.optional("continuation", .string, "Lines that begin so belong to the line before them.")
    }
}

extension ConfigurationType where Value == ShippedTranslator {
    /// The name of one.
    static var shippedTranslator: Self {
        let names = ShippedTranslator.all.map(\.name)
        let listed = names.map { "\"\($0)\"" }.joined(separator: ", ")
        return .init(
            expected: "one of \(listed)", schema: ["enum": .array(names.map { .string($0) })], placeholder: .lines
        ) { source in
            if let found = ShippedTranslator.all.first(where: { $0.name == source.node.value.string }) { return found }
            let near = source.node.value.string.flatMap { Spelling.nearest(to: $0, in: names) }
            let suggestion = near.map { "; did you mean \"\($0)\"?" } ?? ""
            source.problem("\(source.node.value.kind) is not one of \(listed)\(suggestion)")
            return nil
        }
    }
}
