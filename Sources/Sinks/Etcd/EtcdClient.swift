package import AgentCore
import EventModel
package import HTTPClient

/// A client of etcd's version 3 API through its JSON gateway: leases, transactions, ranges.
///
/// Asks one endpoint, and the next when that one does not answer. So a call may be made twice: a `create` that says
/// false may have been ours, which a look at the value tells. Logs in when it has a user name, and anew when the token
/// is lost. Never retries otherwise. Cancelling the calling task ends a call with `.transport(.cancelled)`.
package actor EtcdClient {
    /// Whom to ask, as whom.
    package struct Settings: Sendable, Hashable {
        /// `https://etcd1.example:2379`, …; one at least.
        package var endpoints: [String]
        package var connection: HTTPConnection
        package var userName: String?
        package var password: SecretReference?
        /// For one request to one endpoint.
        package var timeout: Duration

        package init(
            endpoints: [String], connection: HTTPConnection = HTTPConnection(), userName: String? = nil,
            password: SecretReference? = nil, timeout: Duration = .seconds(10)
        ) {
            (self.endpoints, self.connection) = (endpoints, connection)
            (self.userName, self.password, self.timeout) = (userName, password, timeout)
        }
    }

    /// A key as etcd holds it.
    package struct KeyValue: Sendable, Hashable {
        package var key: [UInt8]
        package var value: [UInt8]
        /// The revision of its last change: for `replace`.
        package var modRevision: Int64
        /// The lease it goes with; 0: none.
        package var lease: Int64
    }

    /// More of an answer is not kept.
    private static let answerLimit = 8 << 20

    private let settings: Settings
    /// One for each endpoint.
    private let transports: [any HTTPTransport]
    private let secrets: SecretStore
    private var preferred = 0
    private var token: String?
    /// The server checks no passwords, though we have one.
    private var isOpen = false

    package init(
        _ settings: Settings, transport: (HTTPConnection) throws -> any HTTPTransport, secrets: SecretStore
    ) throws {
        (self.settings, self.secrets) = (settings, secrets)
        transports = try settings.endpoints.map { _ in try transport(settings.connection) }
    }

    /// Closes the connections.
    package func close() async {
        for transport in transports { await transport.close() }
    }

    // MARK: Leases

    /// A new lease; the server may give it longer than asked.
    package func grant(_ timeToLive: Duration) async throws(EtcdError) -> Int64 {
        let seconds = max(1, timeToLive.components.seconds)
        let answer = try await call("/v3/lease/grant", Array(#"{"TTL":"\#(seconds)"}"#.utf8))
        guard let id = answer.etcdInteger("ID"), id != 0 else { throw Self.nonsense(answer) }
        return id
    }

    /// Begins the lease's time anew; gives how long it has now, nil when it is there no more.
    package func keepAlive(_ lease: Int64) async throws(EtcdError) -> Duration? {
        let answer = try await call("/v3/lease/keepalive", Array(#"{"ID":"\#(lease)"}"#.utf8))
        guard let result = answer["result"], let seconds = result.etcdInteger("TTL") else {
            throw Self.nonsense(answer)
        }
        return seconds > 0 ? .seconds(seconds) : nil
    }

    /// Ends a lease, and with it the keys that have it. One that is there no more is fine.
    package func revoke(_ lease: Int64) async throws(EtcdError) {
        do throws(EtcdError) {
            _ = try await call("/v3/lease/revoke", Array(#"{"ID":"\#(lease)"}"#.utf8))
        } catch {
            if !error.isLeaseLost { throw error }
        }
    }

    // MARK: Keys

    /// Puts a key that is not there yet; false, and nothing changed, when it is.
    package func create(_ put: EtcdTransaction.Put, lease: Int64 = 0) async throws(EtcdError) -> Bool {
        try await transact(EtcdTransaction.createAll([put], lease: lease))
    }

    /// Puts a key that was last changed by that revision; false, and nothing changed, when it was changed since.
    package func replace(
        _ put: EtcdTransaction.Put, unchangedSince revision: Int64, lease: Int64 = 0
    ) async throws(EtcdError) -> Bool {
        try await transact(EtcdTransaction.replace(put, unchangedSince: revision, lease: lease))
    }

    /// Runs a transaction made by `EtcdTransaction`; whether its comparisons held.
    package func transact(_ body: [UInt8]) async throws(EtcdError) -> Bool {
        let answer = try await call("/v3/kv/txn", body)
        guard answer["header"] != nil else { throw Self.nonsense(answer) }
        return answer["succeeded"]?.bool ?? false
    }

    /// One key; nil when it is not there.
    package func get(_ key: [UInt8]) async throws(EtcdError) -> KeyValue? {
        try await range(EtcdTransaction.range(key: key)).first
    }

    /// Keys that begin with `prefix`, in their order, from `key` on, at most `limit`.
    package func list(
        prefix: [UInt8], from key: [UInt8]? = nil, limit: Int
    ) async throws(EtcdError) -> [KeyValue] {
        try await range(
            EtcdTransaction.range(key: key ?? prefix, end: EtcdTransaction.end(ofPrefix: prefix), limit: limit))
    }

    private func range(_ body: [UInt8]) async throws(EtcdError) -> [KeyValue] {
        let answer = try await call("/v3/kv/range", body)
        guard answer["header"] != nil else { throw Self.nonsense(answer) }
        var found: [KeyValue] = []
        for item in answer["kvs"]?.array ?? [] {
            guard let key = item.etcdBytes("key"), let value = item.etcdBytes("value"),
                let revision = item.etcdInteger("mod_revision"), let lease = item.etcdInteger("lease")
            else { throw Self.nonsense(answer) }
            found.append(KeyValue(key: key, value: value, modRevision: revision, lease: lease))
        }
        return found
    }

    // MARK: Calls

    private static func nonsense(_ answer: JSONValue) -> EtcdError {
        EtcdError(.foreign(status: 200), "answered what no etcd does: \(answer.kind)")
    }

    /// Calls, with a token where one is needed; a lost one is renewed once.
    private func call(_ path: String, _ body: [UInt8]) async throws(EtcdError) -> JSONValue {
        if settings.userName == nil || isOpen { return try await ask(path, body) }
        let used: String
        if let token { used = token } else { used = try await logIn() }
        do throws(EtcdError) {
            return try await ask(path, body)
        } catch {
            guard error.isTokenLost else { throw error }
            // Another call may have renewed it meanwhile.
            if token == used { token = nil }
            if token == nil { _ = try await logIn() }
            return try await ask(path, body)
        }
    }

    private func logIn() async throws(EtcdError) -> String {
        var writer = JSONWriter()
        writer.beginObject()
        writer.name("name")
        writer.string(settings.userName ?? "")
        writer.name("password")
        let password: String
        do throws(SecretError) {
            password = try settings.password.map { reference throws(SecretError) in try secrets.read(reference) } ?? ""
            writer.string(password)
        } catch {
            throw EtcdError(.secret, "the password: \(error)")
        }
        writer.endObject()
        do throws(EtcdError) {
            let answer = try await ask("/v3/auth/authenticate", writer.bytes, hiding: password)
            guard let text = answer["token"]?.string, !text.isEmpty else {
                throw EtcdError(.foreign(status: 200), "gave no token")
            }
            token = text
            return text
        } catch {
            guard error.isWithoutAuthentication else { throw error }
            isOpen = true
            return ""
        }
    }

    /// Asks the endpoint that answered last, and then the others. `secret` is not repeated, whoever repeats it to us.
    private func ask(_ path: String, _ body: [UInt8], hiding secret: String = "") async throws(EtcdError) -> JSONValue {
        let first = preferred
        var turn = 0
        while true {
            let place = (first + turn) % transports.count
            do throws(EtcdError) {
                let answer = try await ask(path, body, endpoint: place, hiding: secret)
                preferred = place
                return answer
            } catch {
                turn += 1
                guard error.isWorthAnotherEndpoint, turn < transports.count else { throw error }
            }
        }
    }

    private func ask(
        _ path: String, _ body: [UInt8], endpoint: Int, hiding secret: String
    ) async throws(EtcdError) -> JSONValue {
        var url = settings.endpoints[endpoint]
        while url.hasSuffix("/") { url.removeLast() }
        var headers: HTTPHeaders = ["Content-Type": "application/json"]
        if let token, path != "/v3/auth/authenticate" { headers["Authorization"] = token }
        let timeouts = HTTPTimeouts(
            connect: min(settings.timeout, .seconds(10)), idle: settings.timeout, whole: settings.timeout)
        let request = HTTPRequest("POST", url + path, headers: headers, body: body, timeouts: timeouts)
        let collector = HTTPAnswerCollector(limit: Self.answerLimit)
        var answer: HTTPAnswer
        do throws(HTTPError) {
            answer = collector.answer(try await transports[endpoint].send(request, to: collector))
        } catch {
            throw EtcdError(.transport(error), "\(error)")
        }
        guard answer.status == 200 else {
            let hidden = HTTPCredentials(headers: [:], secrets: [secret, token ?? ""])
            answer.body = Array(hidden.blanking(String(decoding: answer.body, as: UTF8.self)).utf8)
            throw EtcdError(answer)
        }
        guard answer.isWhole, let value = try? JSONDocument(answer.body).root.value, value.members != nil else {
            throw EtcdError(.foreign(status: 200), "answered no JSON object: \"\(answer.words(limit: 200))\"")
        }
        // A stream, as that of keepalive, tells its errors beneath a 200.
        if let error = value["error"], let code = error["grpc_code"]?.integer {
            throw EtcdError(.answered(code: code), error["message"]?.string ?? "")
        }
        return value
    }
}
