import AgentTestKit
import HTTPClient
import Platform

/// A broken transport, to see that the torture finds it: takes a page that broke off for a whole one, as far as it came.
final class CredulousTransport: HTTPTransport {
    private let inner: any HTTPTransport

    init(_ inner: any HTTPTransport) {
        self.inner = inner
    }

    func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse {
        let collected = Collected()
        do {
            let response = try await inner.send(request, to: collected)
            return hand(response, collected.bytes, to: receiver)
        } catch {
            guard let response = collected.response, let mended = Self.mended(collected.bytes) else { throw error }
            return hand(response, mended, to: receiver)
        }
    }

    func close() async {
        await inner.close()
    }

    private func hand(_ response: HTTPResponse, _ body: [UInt8], to receiver: any HTTPBodyReceiver) -> HTTPResponse {
        receiver.begin(response)
        _ = receiver.receive(body.span.bytes)
        return response
    }

    /// The events that came whole, with the end the answer lacks.
    private static func mended(_ bytes: [UInt8]) -> [UInt8]? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.contains("ReadNextEventsResponse"), !text.contains("</ReadNextEventsResponse>"),
            let end = text.ranges(of: "</returnval>").last?.upperBound
        else { return nil }
        return Array("\(text[..<end])</ReadNextEventsResponse></soapenv:Body></soapenv:Envelope>".utf8)
    }

    /// What came, also of an answer that broke off.
    private final class Collected: HTTPBodyReceiver, Sendable {
        private let state = Locked<(response: HTTPResponse?, bytes: [UInt8])>((nil, []))

        var response: HTTPResponse? { state.withLock { $0.response } }
        var bytes: [UInt8] { state.withLock { $0.bytes } }

        func begin(_ response: HTTPResponse) {
            state.withLock { $0.response = response }
        }

        func receive(_ bytes: RawSpan) -> Bool {
            let piece = bytes.withUnsafeBytes { Array($0) }
            state.withLock { $0.bytes += piece }
            return true
        }
    }
}
