import AgentCore
package import EventModel

/// An event as one line for people: time, severity, type, guest, host, what the source said. Pure; no width is assumed.
///
///     2026-11-21T06:18:00.123Z notice   vm.powered-on  web-1 (vm-41) on esx1: web-1 is powered on
package struct EventLineFormat: Sendable {
    /// `critical` is the longest.
    private static let severityWidth = 8

    let colored: Bool
    /// Seconds east of UTC at a moment; nil writes UTC.
    let offset: (@Sendable (Timestamp) -> Int)?

    init(colored: Bool, offset: (@Sendable (Timestamp) -> Int)? = nil) {
        (self.colored, self.offset) = (colored, offset)
    }

    /// The format of commands; times are the machine's own or UTC.
    package init(colored: Bool, inLocalTime: Bool) {
        self.init(colored: colored, offset: inLocalTime ? LocalTimeZone.offset(at:) : nil)
    }

    /// Nil where the configuration asks for JSON.
    init?(_ configuration: StdoutConfiguration, on terminal: Terminal) {
        switch configuration.format {
        case .json: return nil
        case .auto where !terminal.isTerminal: return nil
        case .auto, .text: break
        }
        let colored =
            switch configuration.color {
            case .auto: terminal.wantsColor
            case .always: true
            case .never: false
            }
        self.init(colored: colored, offset: configuration.time == .local ? LocalTimeZone.offset(at:) : nil)
    }

    /// The lines of entries, each with its line end.
    func lines(of entries: some Sequence<Entry>) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries { append(entry, to: &bytes) }
        return bytes
    }

    private func append(_ entry: Entry, to line: inout [UInt8]) {
        guard let event = try? EventDecoder.decode(entry.ownBody).event else {
            // The journal gave what no event is: shown as it stands rather than hidden.
            HarmlessText.append(String(decoding: entry.body, as: UTF8.self), to: &line)
            line.append(UInt8(ascii: "\n"))
            return
        }
        append(event, to: &line)
    }

    /// Appends the line of one event, with its line end.
    package func append(_ event: Event, to line: inout [UInt8]) {
        paint(.dim, &line) { $0.append(contentsOf: timeText(of: event.time).utf8) }
        line.append(UInt8(ascii: " "))
        let word = event.severity.rawValue
        paint(color(of: event.severity), &line) { $0.append(contentsOf: word.utf8) }
        line.append(contentsOf: repeatElement(UInt8(ascii: " "), count: Self.severityWidth - word.utf8.count + 1))
        paint(.bold, &line) { HarmlessText.append(event.type.rawValue, to: &$0) }
        appendSubject(of: event, to: &line)
        if let message = event.message {
            line.append(contentsOf: ": ".utf8)
            HarmlessText.append(message, to: &line)
        }
        line.append(UInt8(ascii: "\n"))
    }

    private func appendSubject(of event: Event, to line: inout [UInt8]) {
        if let guest = event.guest {
            line.append(contentsOf: "  ".utf8)
            paint(.cyan, &line) { HarmlessText.append(guest.name ?? guest.id, to: &$0) }
            if guest.name != nil {
                line.append(contentsOf: " (".utf8)
                HarmlessText.append(guest.id, to: &line)
                line.append(UInt8(ascii: ")"))
            }
            if let host = guest.host {
                line.append(contentsOf: " on ".utf8)
                HarmlessText.append(host, to: &line)
            }
        } else if let object = event.related.first {
            line.append(contentsOf: "  ".utf8)
            HarmlessText.append(object.kind, to: &line)
            line.append(UInt8(ascii: " "))
            paint(.cyan, &line) { HarmlessText.append(object.name ?? object.id, to: &$0) }
        }
    }

    /// RFC 3339 with milliseconds, always three, so that columns stand under each other.
    private func timeText(of time: Timestamp) -> String {
        let seconds = offset?(time) ?? 0
        let local = time.advanced(by: .seconds(seconds)).nanoseconds
        let rest = ((local % 1_000_000_000) + 1_000_000_000) % 1_000_000_000
        let whole = Timestamp(nanoseconds: local - rest).rfc3339.dropLast()
        let milliseconds = String(rest / 1_000_000 + 1000).dropFirst()
        return "\(whole).\(milliseconds)\(offset == nil ? "Z" : Self.offsetText(of: seconds))"
    }

    private static func offsetText(of seconds: Int) -> String {
        let minutes = abs(seconds) / 60
        let parts = [minutes / 60, minutes % 60].map { String($0 + 100).dropFirst() }
        return "\(seconds < 0 ? "-" : "+")\(parts[0]):\(parts[1])"
    }
}

extension EventLineFormat {
    /// SGR parameters (ECMA-48), understood by every terminal with colours.
    private enum Paint: String {
        case dim = "2"
        case bold = "1"
        case cyan = "36"
        case green = "32"
        case blue = "34"
        case yellow = "33"
        case red = "31"
        case alarm = "1;97;41"
    }

    private func color(of severity: Severity) -> Paint {
        switch severity {
        case .debug: .dim
        case .info: .green
        case .notice: .blue
        case .warning: .yellow
        case .error: .red
        case .critical: .alarm
        }
    }

    private func paint(_ paint: Paint, _ line: inout [UInt8], _ body: (inout [UInt8]) -> Void) {
        if colored { line.append(contentsOf: "\u{1B}[\(paint.rawValue)m".utf8) }
        body(&line)
        if colored { line.append(contentsOf: "\u{1B}[0m".utf8) }
    }
}
