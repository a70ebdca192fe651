/// A line of a container's output as containerd, CRI-O and Podman write it: `TIME stdout|stderr P|F text`.
///
/// `P` is a part: the text goes on in the next line of the same stream (`PartJoining`).
package enum CRIFormat {
    static let names = ["stream"]

    /// Reads the line; nil, or what is wrong.
    package static func decode(_ fields: inout LineFields) -> String? {
        let limit = fields.end
        guard let timeEnd = fields.find(" ", from: 0, before: limit), timeEnd >= 20 else { return "there is no time" }
        guard fields.has("stdout ", at: timeEnd + 1) || fields.has("stderr ", at: timeEnd + 1) else {
            return "after the time stands neither stdout nor stderr"
        }
        let tag = timeEnd + 8
        guard fields.has("F", at: tag) || fields.has("P", at: tag) else { return "there is neither P nor F" }
        // Tags may grow: "F:…" is a line with more of them.
        guard let tagEnd = fields.find(" ", from: tag, before: limit) ?? (tag + 1 == limit ? limit : nil),
            tagEnd == tag + 1 || fields.has(":", at: tag + 1)
        else { return "there is no space after P or F" }
        fields.set("stream", timeEnd + 1..<timeEnd + 7)
        (fields.time, fields.message) = (0..<timeEnd, min(tagEnd + 1, limit)..<limit)
        return nil
    }

    /// Whether the line is a part that goes on, of a line that decoded.
    static func isPart(_ fields: LineFields) -> Bool {
        guard let time = fields.time else { return false }
        return fields.has("P", at: time.upperBound + 8)
    }
}
