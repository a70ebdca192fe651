import HTTPClient

/// One SOAP call as the server reads it.
struct VCenterCall: Sendable {
    /// `ReadNextEvents`.
    let operation: String
    /// The object called: its type and its id.
    let this: (type: String, value: String)
    /// The element of the operation with its arguments.
    let arguments: XMLTree
    /// The session cookie's value, without quotes.
    let cookie: String?
    let userAgent: String

    /// nil when the body is no SOAP call.
    init?(_ request: HTTPRequest) {
        guard let envelope = XMLTree(request.body), envelope.name == "Envelope",
            let arguments = envelope["Body"]?.children.first
        else { return nil }
        operation = arguments.name
        this = (arguments["_this"]?.attributes["type"] ?? "", arguments["_this"]?.text ?? "")
        self.arguments = arguments
        cookie = request.headers["Cookie"].flatMap(Self.session)
        userAgent = request.headers["User-Agent"] ?? ""
    }

    /// An argument's text as a number.
    func integer(_ name: String) -> Int? {
        arguments[name].flatMap { Int($0.text) }
    }

    private static func session(in header: String) -> String? {
        for pair in header.split(separator: ";") {
            let parts = pair.drop { $0 == " " }.split(separator: "=", maxSplits: 1)
            guard parts.count == 2, parts[0] == "vmware_soap_session" else { continue }
            return parts[1].filter { $0 != "\"" && $0 != " " }
        }
        return nil
    }
}

/// What a call comes to.
enum VCenterOutcome: Sendable {
    /// The inside of the operation's response element, and header fields of the answer.
    case answer([UInt8], headers: HTTPHeaders = [:])
    /// Nothing yet: try again when something changed, or answer nothing at the end of the wait; nil: no end.
    case wait(limit: Duration?)

    /// An empty response element.
    static let done = VCenterOutcome.answer([])
}
