package import AgentCore

/// The configuration of the `stdout` sink.
package struct StdoutConfiguration: Configurable, Hashable {
    /// What a line is.
    package enum Format: String, Sendable, CaseIterable {
        /// `text` on a terminal, `json` elsewhere.
        case auto
        case json
        case text
    }

    /// Whether lines of text have colours.
    package enum Color: String, Sendable, CaseIterable {
        /// On a terminal that is not `dumb`, unless the environment says `NO_COLOR`.
        case auto
        case always
        case never
    }

    /// The clock of lines of text.
    package enum Time: String, Sendable, CaseIterable {
        case utc
        case local
    }

    package var format: Format
    package var color: Color
    package var time: Time

    package init(format: Format = .auto, color: Color = .auto, time: Time = .utc) {
        (self.format, self.color, self.time) = (format, color, time)
    }

    package init(from reader: inout ConfigurationReader) {
        format = reader.optional(
            "format", .choice(), default: .auto,
            "json: CloudEvents, one a line; text: for people; auto: text on a terminal.")
        color = reader.optional(
            "color", .choice(), default: .auto,
            "Colours in lines of text; auto: on a terminal, unless NO_COLOR is set.")
        time = reader.optional("time", .choice(), default: .utc, "The time zone of lines of text.")
    }
}
