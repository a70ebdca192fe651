/// How a line is written: bytes → fields, pure and bounded by the length of the line.
package enum LineFormat: String, Sendable, CaseIterable {
    /// Just text.
    case plain
    /// A JSON object a line.
    case json
    /// `time=… level=info msg="…"`.
    case logfmt
    /// Text with `name=value` somewhere in it.
    case keyValue = "key-value"
    /// RFC 5424, RFC 3164, and what rsyslog writes into files: told apart line by line.
    case syslog
    /// What CRI runtimes write of a container's output: `TIME stdout F text`.
    case cri
    /// What Docker's `json-file` driver writes of it.
    case dockerJSON = "docker-json"
    /// The records of auditd.
    case audit
    /// A regular expression with named groups.
    case regex

    /// Fills `fields` from the line they hold. Gives what speaks against the format, else nil; the fields are then as
    /// for plain text.
    package func decode(_ fields: inout LineFields, pattern: RegularExpression? = nil) -> String? {
        let problem: String? =
            switch self {
            case .plain: nil
            case .json: JSONLineFormat.decode(&fields)
            case .logfmt: LogfmtFormat.decode(&fields)
            case .keyValue: KeyValueFormat.decode(&fields)
            case .syslog: SyslogFormat.decode(&fields)
            case .cri: CRIFormat.decode(&fields)
            case .dockerJSON: DockerFormat.decode(&fields)
            case .audit: AuditFormat.decode(&fields)
            case .regex: Self.decode(&fields, by: pattern)
            }
        if problem != nil { fields.clear() }
        return problem
    }

    /// The names it gives fields; nil where the line names them.
    package func fieldNames(pattern: RegularExpression?) -> [String]? {
        switch self {
        case .plain: []
        case .regex: pattern?.groups.map(\.name) ?? []
        case .cri: CRIFormat.names
        default: nil
        }
    }

    private static func decode(_ fields: inout LineFields, by pattern: RegularExpression?) -> String? {
        guard let pattern else { return "there is no pattern" }
        var places: [Range<Int>?] = []
        switch pattern.match(fields.text, in: 0..<fields.end, captures: &places) {
        case .matched:
            fields.take(pattern.groups, at: places)
            return nil
        case .unmatched: return "the pattern does not match"
        case .gaveUp: return "the pattern takes too many steps on this line"
        }
    }
}

extension LineFields {
    /// Sets the groups of a pattern that took part in a match; `message` and `time` are what they say.
    mutating func take(_ groups: [RegularExpression.Group], at places: [Range<Int>?]) {
        for (group, place) in zip(groups, places) {
            guard let place else { continue }
            set(group.name, place)
            if group.name == "message" { message = place }
            if group.name == "time" { time = place }
        }
    }
}
