package import EventModel

/// What Docker or Podman says about one happening, in the words of their `/events`.
package struct EngineReport: Sendable, Hashable {
    /// `container`, `image`, `network`, `volume`, `pod`, `daemon`, …
    package var object: String
    /// `start`, `die`, `exec_create`, …: without what is glued to it.
    var action: String
    /// What was glued to it: a command line, a state of health.
    var detail: String?
    /// The object's own identifier; empty where the engine gives none, as Podman for images.
    var id: String
    var name: String?
    var image: String?
    /// The labels among them, under their own names.
    var attributes: [JSONValue.Member]
    package var time: Timestamp
    /// All of it.
    var value: JSONValue

    /// Reads a line of the stream. Throws what is wrong with it; never reads beyond it.
    ///
    /// Takes what all versions since Docker 1.10 and Podman 2 write: `die` and `died`, times in seconds or nanoseconds,
    /// objects without a type, which are containers.
    package static func decode(_ bytes: [UInt8]) throws(EventDecodingError) -> EngineReport {
        let value: JSONValue
        do {
            value = try JSONDocument(bytes).root.value
        } catch {
            throw EventDecodingError("not JSON: \(error)")
        }
        guard value.members != nil else { throw EventDecodingError("not a JSON object") }
        guard let whole = value["Action"]?.string ?? value["status"]?.string, !whole.isEmpty else {
            throw EventDecodingError("it has no \"Action\"")
        }
        guard let time = time(of: value) else { throw EventDecodingError("it has no \"timeNano\" and no \"time\"") }
        let (action, detail) = parts(of: whole)
        let attributes = value["Actor"]?["Attributes"]?.members ?? []
        let known = { (name: String) in
            attributes.first { $0.name == name }?.value.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        return EngineReport(
            object: value["Type"]?.string ?? "container", action: action, detail: detail,
            id: value["Actor"]?["ID"]?.string ?? value["id"]?.string ?? "", name: known("name"),
            image: known("image") ?? value["from"]?.string, attributes: attributes, time: time, value: value)
    }

    /// A text among the attributes.
    func attribute(_ name: String) -> String? {
        attributes.first { $0.name == name }?.value.string
    }

    /// `exec_create: /bin/sh -c …` is an action and a command line.
    private static func parts(of action: String) -> (String, String?) {
        guard let colon = action.firstIndex(of: ":") else { return (action, nil) }
        let rest = action[action.index(after: colon)...]
        let detail = rest.drop { $0 == " " }
        return (String(action[..<colon]), detail.isEmpty ? nil : String(detail))
    }

    private static func time(of value: JSONValue) -> Timestamp? {
        if let nanoseconds = value["timeNano"]?.integer, nanoseconds > 0 {
            return Timestamp(nanoseconds: nanoseconds)
        }
        guard let seconds = value["time"]?.integer, seconds > 0, seconds < 1 << 33 else { return nil }
        return Timestamp(nanoseconds: seconds * 1_000_000_000)
    }
}
