package import AgentCore

/// What `collectors.json` says about a collector of kind `replay`.
package struct ReplayConfiguration: Configurable {
    /// How fast events follow each other.
    package enum Pace: String, Sendable, CaseIterable {
        /// One after the other.
        case fast
        /// As they happened, but never waiting longer than `maxDelay`.
        case recorded
    }

    package var path: String
    package var pace: Pace
    package var maxDelay: Duration
    package var repeats: Bool

    package init(path: String, pace: Pace = .fast, maxDelay: Duration = .seconds(2), repeats: Bool = false) {
        (self.path, self.pace, self.maxDelay, self.repeats) = (path, pace, maxDelay, repeats)
    }

    package init(from reader: inout ConfigurationReader) {
        path = reader.required(
            "path", .path,
            "A fixture with a recorded SOAP session, or a file of CloudEvents JSON lines, or a folder with events.jsonl."
        )
        pace = reader.optional("pace", .choice(), default: .fast, "\"fast\", or \"recorded\": as the events happened.")
        maxDelay = reader.optional(
            "maxDelay", .duration, default: .seconds(2), "The longest wait between two events at the recorded pace.")
        repeats = reader.optional(
            "repeat", .boolean, default: false,
            "Begin again at the end; each pass has ids and times of its own, so that its events are news.")
        if maxDelay > .seconds(600) { reader.problem("maxDelay: longer than ten minutes; write \"10m\" or less") }
    }
}
