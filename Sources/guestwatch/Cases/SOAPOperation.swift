import HTTPClient

/// What a recorded exchange is called: the SOAP operation, else the last part of the URL.
enum SOAPOperation {
    /// The local name of the first element in the body of the envelope: `ReadNextEvents`.
    static func name(_ request: HTTPRequest) -> String {
        if let name = bodyElement(of: request.body) { return name }
        let path = request.url.prefix { $0 != "?" }.split(separator: "/").last ?? "request"
        return String(path.filter { $0.isLetter || $0.isNumber || $0 == "." || $0 == "-" })
    }

    /// Without a regular expression, whose engine would be in the memory of every agent for this.
    private static func bodyElement(of body: [UInt8]) -> String? {
        let text = String(decoding: body, as: UTF8.self)
        let tags = text.split(separator: "<").map { $0.prefix { $0 != ">" && $0 != " " && $0 != "/" } }
        let names = tags.map { $0.split(separator: ":").last ?? "" }
        guard let envelope = names.firstIndex(of: "Body"), envelope + 1 < names.count else { return nil }
        return String(names[envelope + 1])
    }
}
