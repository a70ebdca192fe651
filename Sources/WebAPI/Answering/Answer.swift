import EventModel
import HTTPTypes

/// What a request is answered with.
struct Answer: Sendable {
    /// The body.
    enum Body: Sendable {
        case bytes([UInt8])
        case live(LiveStream)
    }

    var status: HTTPResponse.Status
    var headers = HTTPFields()
    var body: Body

    init(status: HTTPResponse.Status = .ok, type: String, bytes: [UInt8]) {
        (self.status, body) = (status, .bytes(bytes))
        headers[.contentType] = type
    }

    /// Sets a header; one that is none is left out. Control characters in the value become spaces.
    mutating func set(_ name: String, _ value: String) {
        if let name = HTTPField.Name(name) { headers[name] = value }
    }

    /// A JSON object, written by `write`.
    static func json(_ write: (inout JSONWriter) -> Void) -> Answer {
        var writer = JSONWriter()
        writer.object(write)
        return Answer(type: "application/json", bytes: writer.bytes + [UInt8(ascii: "\n")])
    }

    /// Nothing but that it is done.
    static var done: Answer {
        var answer = Answer(status: .noContent, type: "", bytes: [])
        answer.headers = HTTPFields()
        return answer
    }

    /// A stream that goes on until one side ends it.
    static func live(_ stream: LiveStream) -> Answer {
        var answer = Answer(type: stream.format.contentType, bytes: [])
        answer.body = .live(stream)
        answer.headers[.cacheControl] = "no-store"
        answer.set("Guestwatch-Journal", stream.journal)
        return answer
    }
}
