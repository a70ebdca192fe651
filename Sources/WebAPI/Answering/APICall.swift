import EventModel
import HTTPTypes

/// A request as endpoints see it: its route found, its sender admitted, its body read.
struct APICall: Sendable {
    /// Without the query, as it was written.
    var path: String
    /// The parameters of the path.
    var parameters: [String: String]
    var query: Query
    var headers: HTTPFields
    var body: [UInt8]
    /// Who asks: the peer's address, or `unix:` and its user id.
    var client: String

    /// A parameter of the path.
    func parameter(_ name: String) -> String { parameters[name] ?? "" }

    /// A parameter of the path that is a sequence or a number.
    func number(_ name: String) throws(Problem) -> UInt64 {
        let text = parameter(name)
        guard let number = Query.integer(text), Query.sequences.contains(number) else {
            throw .invalid("\(name): \"\(text)\" is not a number from 1; write it in decimal digits")
        }
        return UInt64(number)
    }

    /// Refuses every parameter of the query.
    func takesNoQuery() throws(Problem) {
        try query.finish()
    }

    /// The body as a JSON object.
    func object() throws(Problem) -> JSONValue {
        guard mediaType == "application/json" else {
            throw Problem(.unsupportedMediaType, "the body is a JSON object: say \"Content-Type: application/json\"")
        }
        let value: JSONValue
        do {
            value = try JSONDocument(body).root.value
        } catch {
            throw .invalid("the body is not JSON: \(error)")
        }
        guard value.members != nil else { throw .invalid("the body is JSON, but no object") }
        return value
    }

    /// What the body is said to be, without parameters.
    var mediaType: String {
        let text = headers[.contentType] ?? ""
        return text.prefix { $0 != ";" }.filter { $0 != " " }.lowercased()
    }
}
