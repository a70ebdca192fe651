/// One exchange of a recording: a small head file that people can read and write, and the bodies as files of their own.
///
///     # 12.345 s after the start, answered after 0.012 s
///     POST /sdk HTTP/1.1
///     Content-Type: text/xml; charset=utf-8
///
///     HTTP/1.1 200
///     Content-Type: text/xml; charset=utf-8
///
/// is `0007-ReadNextEvents.http`; its bodies are `0007-ReadNextEvents.request.xml` and
/// `0007-ReadNextEvents.response.xml`, an empty one has no file. Instead of the second head `! unreachable: …` or `!
/// timed out: …` says that there was no answer. Lines that begin with `#` are for people.
struct RecordedExchange: Equatable {
    /// Of the request, from 1.
    var number: Int
    /// The name of the operation.
    var operation: String
    /// Of the request.
    var method: String
    /// Path and query.
    var target: String
    /// Without secrets.
    var requestHeaders = HTTPHeaders()
    /// What came back.
    var outcome: Outcome
    /// For people: when it was.
    var remark = ""

    /// How an exchange ended.
    enum Outcome: Equatable {
        case answered(HTTPResponse)
        /// `.unreachable` or `.timedOut`.
        case failed(HTTPError)
    }

    /// What the names of its files begin with.
    var name: String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "-" + operation
    }

    /// How the name of a head file ends.
    static let headEnding = ".http"

    /// The file names of the bodies but for their endings.
    var bodyNames: (request: String, response: String) { ("\(name).request.", "\(name).response.") }

    /// The ending that lets a body be opened with what shows it best.
    static func ending(of body: [UInt8], _ headers: HTTPHeaders) -> String {
        let type = headers["Content-Type"]?.lowercased() ?? ""
        if type.contains("json") { return "json" }
        if type.contains("xml") || body.first == UInt8(ascii: "<") { return "xml" }
        return type.hasPrefix("text/") ? "txt" : "bin"
    }

    /// An operation's name as part of a file name.
    static func fileName(of operation: String) -> String {
        let name = String(
            operation.prefix(80).map { $0.isASCII && ($0.isLetter || $0.isNumber) || $0 == "-" || $0 == "_" ? $0 : "_" }
        )
        return name.isEmpty ? "request" : name
    }
}

extension HTTPHeaders {
    fileprivate init() { self.init([]) }
}
