package import AgentCore
import EventModel

/// What `collectors.json` says about the lines of a `file-watch` collector.
package struct LineConfiguration: Configurable {
    /// Rules of one collector: more are a program.
    package static let maximumRules = 256

    /// What becomes of a line that no rule is meant for.
    package enum Unmatched: String, Sendable, CaseIterable {
        /// A `log.line` event.
        case keep
        /// Nothing: it is filtered, and counted.
        case drop
    }

    package var translator: ShippedTranslator
    package var format: LineFormat
    package var pattern: RegularExpression?
    package var messagePattern: RegularExpression?
    package var pathPattern: RegularExpression?
    package var time: TimeReading
    package var zone: TimeZoneRule
    /// The user's, then the translator's own.
    package var rules: [LineRule]
    /// How many of them are the user's.
    package var userRules: Int
    package var unmatched: Unmatched
    /// Lines that begin so belong to the line before them; empty: each line stands alone.
    package var continuation: String?

    package init(from reader: inout ConfigurationReader) {
        let kinds = ShippedTranslator.all.map { "\"\($0.name)\"" }.joined(separator: ", ")
        translator = reader.optional(
            "translator", .shippedTranslator, default: .lines, "What the lines mean: one of \(kinds).")
        let format: LineFormat? = reader.optional(
            "format", .choice(), "How a line is written; else as the translator says.")
        let pattern = reader.optional(
            "pattern", .regularExpression, "For the format \"regex\": named groups become fields.")
        let messagePattern = reader.optional(
            "messagePattern", .regularExpression,
            "Matched with the message, before the rules: where it does, its named groups become fields.")
        let pathPattern = reader.optional(
            "pathPattern", .regularExpression, "Matched with the file's path: templates may use its named groups.")
        let time: TimeReading? = reader.optional(
            "time", .object(), "Where a line's time stands, and how it is written.")
        let zone = reader.optional(
            "zone", .timeZone,
            "The zone of times that tell none: \"UTC\", \"local\", \"+02:00\", \"Europe/Prague\"; else the translator's."
        )
        let own = reader.optional(
            "rules", .list(of: .object()), default: [LineRule](),
            "Rules of your own, asked before the translator's; the first that matches is meant.")
        let unmatched: Unmatched? = reader.optional(
            "unmatched", .choice(),
            "Lines no rule matches: \"keep\" makes them log.line (default of \"lines\"), \"drop\" filters them (of others)."
        )

        let shipped = translator.definition
        self.format = format ?? shipped.format
        self.pattern = (pattern ?? nil) ?? shipped.pattern
        self.messagePattern = (messagePattern ?? nil) ?? shipped.messagePattern
        self.pathPattern = (pathPattern ?? nil) ?? shipped.pathPattern
        self.time = time ?? shipped.time
        self.zone = zone ?? shipped.zone
        rules = own + shipped.rules
        userRules = own.count
        self.unmatched = unmatched ?? shipped.unmatched
        continuation = shipped.continuation
        if self.format == .regex, self.pattern == nil { reader.problem("the format \"regex\" needs a \"pattern\"") }
        if pattern != nil, self.format != .regex { reader.problem("\"pattern\" is for the format \"regex\"") }
        if own.count > Self.maximumRules { reader.problem("more than \(Self.maximumRules) rules") }
        for problem in unknownNames { reader.problem(problem) }
    }

    /// Fields that rules ask for and no line can have.
    private var unknownNames: [String] {
        guard let known = format.fieldNames(pattern: pattern) else { return [] }
        let patterns = [pathPattern, messagePattern].flatMap { $0?.groups.map(\.name) ?? [] }
        let everywhere = known + LineSurroundings.names + patterns + ["message"]
        return rules.prefix(userRules).enumerated().flatMap { index, rule in
            let names = everywhere + (rule.match?.regex?.groups.map(\.name) ?? [])
            return rule.names.filter { !names.contains($0) }.map { name in
                let near = Spelling.nearest(to: name, in: names).map { "; did you mean \"\($0)\"?" } ?? ""
                return "rules[\(index)] asks for the field \"\(name)\", which no line has\(near)"
            }
        }
    }
}
