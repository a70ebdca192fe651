package import HTTPClient

/// Decodes the events of one answer while it arrives. (Convention of `fields` follows.)
package final class EventPageDecoder: HTTPBodyReceiver, @unchecked Sendable {
    package init(limits: DecodingLimits = DecodingLimits()) {}
    package func begin(_ response: HTTPResponse) {}
    package func receive(_ bytes: RawSpan) -> Bool { true }
    /// Ends the page. Throws `.malformed` when it broke off, a fault's case when the answer was one.
    package func finish() throws(VSphereError) -> EventPage {
        throw .malformed(MalformedAnswer(reason: "not decoded"))
    }
}
