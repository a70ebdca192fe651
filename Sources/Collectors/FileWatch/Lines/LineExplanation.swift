package import EventModel

/// What a translator makes of one line, step by step: for `guestwatch explain`.
package struct LineExplanation: Sendable {
    /// What became of the line.
    package enum Outcome: Sendable {
        case event(Event)
        /// Left out on purpose.
        case filtered
        /// A part of a line that goes on.
        case held
    }

    /// A rule, where it stands, and why it is not meant; nil when it is.
    package struct Rule: Sendable {
        /// `rules[0]`: the user's; `esxi-hostd[3]`: the translator's.
        package var place: String
        package var isUsers: Bool
        package var mismatch: String?
    }

    package var format: LineFormat
    /// What speaks against the format; the line was taken for plain text then.
    package var problem: String?
    /// Names and values, in the order the line has them; the fields of the rule that matched last.
    package var fields: [(name: String, value: String)]
    /// The rules that were asked, in their order; the last may match.
    package var rules: [Rule]
    package var outcome: Outcome
}

extension LineTranslator {
    /// Translates a line and says how.
    package mutating func explain(_ line: FollowedLine) -> LineExplanation {
        asked = []
        let filtered = counts.filtered
        let event = translate(line)
        let rules = (asked ?? []).map { asked in
            let isUsers = asked.rule < configuration.userRules
            let place =
                isUsers
                ? "rules[\(asked.rule)]"
                : "\(configuration.translator.name)[\(asked.rule - configuration.userRules)]"
            return LineExplanation.Rule(place: place, isUsers: isUsers, mismatch: asked.mismatch?.description)
        }
        asked = nil
        let isHeld = event == nil && counts.filtered == filtered
        return LineExplanation(
            format: configuration.format, problem: problem,
            fields: [("message", fields.string(fields.message))]
                + fields.fields.map { (fields.string($0.name), fields.string($0.value)) }.filter { $0.0 != "message" },
            rules: rules, outcome: event.map { .event($0) } ?? (isHeld ? .held : .filtered))
    }
}
