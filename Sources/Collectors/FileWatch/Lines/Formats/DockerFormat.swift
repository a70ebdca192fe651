/// A line of a container's output as Docker's `json-file` driver writes it: `{"log":"…\n","stream":"stdout","time":…}`.
///
/// A `log` without its line end is a part that goes on in the next line of the same stream (`PartJoining`).
package enum DockerFormat {
    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        if let problem = JSONLineFormat.decode(&fields) { return problem }
        guard let log = fields.field("log"), log.kind == .text else { return "there is no \"log\"" }
        fields.message = isPart(fields) ? log.value : log.value.dropLast()
        fields.time = fields.field("time")?.value
        return nil
    }

    /// Whether the text goes on in another line, of a line that decoded.
    static func isPart(_ fields: LineFields) -> Bool {
        guard let log = fields.field("log")?.value else { return false }
        return log.isEmpty || fields.text[log.upperBound - 1] != UInt8(ascii: "\n")
    }
}
