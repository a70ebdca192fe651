import Collectors
import EventModel

/// Writes what became of lines for people: plain text, the same on a terminal and in a pipe.
struct ExplanationWriter {
    /// More of a line or a value tells nothing new. In characters.
    private static let shown = 400

    private let showsAll: Bool
    private var number = 0
    private var (events, filtered, held) = (0, 0, 0)

    init(showsAll: Bool) {
        self.showsAll = showsAll
    }

    /// What became of all lines.
    var summary: String {
        "\(number) lines: \(events) events, \(filtered) filtered" + (held > 0 ? ", \(held) parts of longer lines" : "")
    }

    mutating func write(_ explanation: LineExplanation, of line: FollowedLine) throws {
        number += 1
        try StandardOutput.print("\(number): \(Self.harmless(String(decoding: line.bytes, as: UTF8.self)))")
        let format = explanation.format.rawValue
        try say("format", explanation.problem.map { "not \(format): \($0); taken for plain text" } ?? format)
        for field in explanation.fields { try say("field", "\(field.name) = \(Self.harmless(field.value))") }
        try write(explanation.rules)
        switch explanation.outcome {
        case .event(let event): try write(event)
        case .filtered:
            filtered += 1
            try say(
                "filtered",
                explanation.rules.last.map { $0.mismatch == nil } == true ? "by that rule" : "no rule matched")
        case .held:
            held += 1
            try say("held", "a part: the line goes on")
        }
    }

    mutating func write(_ event: Event) throws {
        events += 1
        let guest = event.guest.map { " \($0.kind.rawValue)/\($0.id)" } ?? ""
        try say("event", "\(event.type)\(Self.harmless(guest)) \(event.time.rfc3339) \(event.severity.rawValue)")
        try say("", String(decoding: EventEncoder.encode(event), as: UTF8.self))
    }

    private func write(_ rules: [LineExplanation.Rule]) throws {
        var passed = 0
        for rule in rules {
            if let mismatch = rule.mismatch {
                if rule.isUsers || showsAll { try say("rule", "\(rule.place): no: \(mismatch)") } else { passed += 1 }
            } else {
                try say("rule", "\(rule.place): yes" + (passed > 0 ? ", after \(passed) that did not match" : ""))
            }
        }
        if passed > 0, rules.last?.mismatch != nil {
            try say("rule", "none of \(passed) of the translator's matches; --all shows why")
        }
    }

    private func say(_ what: String, _ text: String) throws {
        try StandardOutput.print("  \(what)\(String(repeating: " ", count: max(1, 9 - what.count)))\(text)")
    }

    /// Without what would move a terminal's cursor, and not endless.
    private static func harmless(_ text: String) -> String {
        let scalars = text.unicodeScalars.prefix(shown).map { scalar -> String in
            scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
                ? "\\u{\(String(scalar.value, radix: 16))}" : String(scalar)
        }
        return scalars.joined() + (text.unicodeScalars.count > shown ? "…" : "")
    }
}
