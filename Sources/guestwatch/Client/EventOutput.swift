import ArgumentParser
import EventModel
import Sinks

/// How commands print events.
enum EventFormat: String, ExpressibleByArgument, CaseIterable {
    /// `text` on a terminal, `json` elsewhere.
    case auto
    case json
    case text
}

/// Writes CloudEvents that the agent sent to the standard output.
struct EventOutput: Sendable {
    private let format: EventLineFormat?

    init(_ format: EventFormat) {
        let terminal = Terminal.standardOutput
        self.format =
            format == .json || format == .auto && !terminal.isTerminal
            ? nil : EventLineFormat(colored: terminal.wantsColor, inLocalTime: true)
    }

    /// Writes an event, given as one line of CloudEvents JSON.
    func write(_ line: ArraySlice<UInt8>) throws {
        guard let format, let event = try? EventDecoder.decode(line).event else {
            return try StandardOutput.write(json: Array(line) + [UInt8(ascii: "\n")])
        }
        var bytes: [UInt8] = []
        format.append(event, to: &bytes)
        try StandardOutput.write(bytes)
    }
}
