import HTTPClient

/// Reads a small answer as a tree of elements: everything that is not about events.
final class AnswerDecoder: HTTPBodyReceiver, @unchecked Sendable {
    // SAFETY: `@unchecked Sendable`: calls come one after another, by the contract of `HTTPBodyReceiver`.
    private let parser: XMLPushParser?
    /// The head of the answer, once it has come.
    private(set) var head: HTTPResponse?

    /// A decoder for one answer.
    init(limits: DecodingLimits = DecodingLimits()) {
        parser = XMLPushParser(limits: limits)
    }

    func begin(_ response: HTTPResponse) {
        head = response
    }

    func receive(_ bytes: RawSpan) -> Bool {
        bytes.withUnsafeBytes { parser?.receive($0) ?? false }
    }

    /// The response element of a SOAP answer; throws as `EventPageDecoder.finish()` does.
    func finish() throws(VSphereError) -> XMLElement {
        guard let parser else { throw .malformed(MalformedAnswer(reason: "there is no memory for a parser")) }
        return try SOAPAnswer.response(in: parser.finish(), status: head?.status ?? 200)
    }

    /// The document, whatever it is; nil when it is none.
    func document() -> XMLElement? {
        let scanned = parser?.finish()
        return scanned?.failure == nil ? scanned?.root : nil
    }
}
