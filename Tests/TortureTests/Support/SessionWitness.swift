import HTTPClient
import Platform

/// A transport that remembers the sessions the client was told of: those it must not leave behind.
final class SessionWitness: HTTPTransport {
    private let inner: any HTTPTransport
    private let sessions: Locked<Set<String>>

    /// Remembers in `sessions`.
    init(_ inner: any HTTPTransport, in sessions: Locked<Set<String>>) {
        (self.inner, self.sessions) = (inner, sessions)
    }

    func send(_ request: HTTPRequest, to receiver: any HTTPBodyReceiver) async throws(HTTPError) -> HTTPResponse {
        try await inner.send(request, to: Observer(receiver: receiver, sessions: sessions))
    }

    func close() async {
        await inner.close()
    }

    private final class Observer: HTTPBodyReceiver {
        private let receiver: any HTTPBodyReceiver
        private let sessions: Locked<Set<String>>

        init(receiver: any HTTPBodyReceiver, sessions: Locked<Set<String>>) {
            (self.receiver, self.sessions) = (receiver, sessions)
        }

        func begin(_ response: HTTPResponse) {
            let name = "vmware_soap_session="
            for field in response.headers.fields where field.value.hasPrefix(name) {
                let value = field.value.dropFirst(name.count).prefix { $0 != ";" }.filter { $0 != "\"" }
                _ = sessions.withLock { $0.insert(value) }
            }
            receiver.begin(response)
        }

        func receive(_ bytes: RawSpan) -> Bool { receiver.receive(bytes) }
    }
}
