package import AgentCore
import EventModel
import HTTPClient

/// Where a sink posts to: one endpoint with its headers, credentials and limits, over kept-alive connections.
///
/// Sorts everything that can go wrong into a `DeliveryError`; never repeats and never follows anything. Safe to call
/// from many tasks at once.
package struct HTTPDestination: Sendable {
    /// Of what a destination says, in a reason.
    static let reasonLimit = 300
    /// Longer answers are no answers: the connection is closed.
    static let bodyLimit = 64 << 20

    package let configuration: HTTPDestinationConfiguration
    private let transport: any HTTPTransport
    private let secrets: SecretStore
    private let clock: AgentClock
    private let statuses: HTTPStatusTable
    private let scheme: String

    /// `statuses`: what answers mean. `scheme`: the word before a token, where the configuration has none.
    package init(
        _ configuration: HTTPDestinationConfiguration, in context: SinkContext, statuses: HTTPStatusTable = .standard,
        scheme: String = "Bearer"
    ) throws {
        (self.configuration, self.statuses, self.scheme) = (configuration, statuses, scheme)
        (secrets, clock) = (context.secrets, context.clock)
        transport = try context.transport(configuration.connection)
    }

    /// Posts a body and returns the answer, a 2xx. Throws what else came.
    @discardableResult
    package func post(
        _ body: [UInt8], contentType: String, path: String = "", answerLimit: Int = HTTPMessage.shortAnswer
    ) async throws(DeliveryError) -> HTTPAnswer {
        try await deliver(
            HTTPMessage(path: path, headers: ["Content-Type": contentType], body: body, answerLimit: answerLimit))
    }

    /// Sends a message and returns the answer if the table of statuses means that it is delivered. Throws what else.
    @discardableResult
    package func deliver(
        _ message: HTTPMessage, with credentials: HTTPCredentials? = nil
    ) async throws(DeliveryError) -> HTTPAnswer {
        let credentials = if let credentials { credentials } else { try self.credentials() }
        let answer = try await send(message, with: credentials)
        if let error = error(for: answer, to: message, with: credentials) { throw error }
        return answer
    }

    /// Sends a message and returns the answer, whatever its status. Throws when there was none.
    package func send(
        _ message: HTTPMessage, with credentials: HTTPCredentials? = nil
    ) async throws(DeliveryError) -> HTTPAnswer {
        let credentials = if let credentials { credentials } else { try self.credentials() }
        let request = try request(message, credentials)
        let collector = HTTPAnswerCollector(limit: message.answerLimit)
        do throws(HTTPError) {
            return collector.answer(try await transport.send(request, to: collector))
        } catch {
            throw Self.sorted(error, doing: credentials.blanking(place(of: message)))
        }
    }

    /// The configured headers with their secrets, read anew: one that was rotated is found. Held when one is missing.
    package func credentials() throws(DeliveryError) -> HTTPCredentials {
        var headers: HTTPHeaders = [:]
        var known: [String] = []
        do throws(SecretError) {
            for setting in configuration.headers {
                switch setting.value {
                case .text(let text): headers.fields.append(.init(setting.name, text))
                case .secret(let reference):
                    known.append(try secrets.read(reference))
                    headers.fields.append(.init(setting.name, known[known.count - 1]))
                }
            }
            if let authentication = configuration.authentication {
                let (value, secret) = try authentication.header(from: secrets, scheme: scheme)
                // A name and a password are sent as one word of base 64: that too says all.
                known += [secret] + value.split(separator: " ").suffix(1).map { String($0) }
                headers.fields.append(.init("Authorization", value))
            }
        } catch {
            throw .held(reason: error.description)
        }
        return HTTPCredentials(headers: headers, secrets: known)
    }

    /// What an answer means; nil when it means that the message was delivered.
    package func error(
        for answer: HTTPAnswer, to message: HTTPMessage, with credentials: HTTPCredentials
    ) -> DeliveryError? {
        let meaning = statuses.meaning(of: answer)
        if meaning == .delivered { return nil }
        return error(meaning, for: answer, to: message, with: credentials)
    }

    /// An error of that meaning, in the destination's own words, with its own delay.
    package func error(
        _ meaning: HTTPStatusTable.Meaning, for answer: HTTPAnswer, to message: HTTPMessage,
        with credentials: HTTPCredentials
    ) -> DeliveryError {
        let words = credentials.words(of: answer)
        var reason = "\(place(of: message)): status \(answer.status)" + (words.isEmpty ? "" : ": \(words)")
        if (300..<400).contains(answer.status), let target = answer.headers["Location"] {
            reason +=
                "; redirects are not followed: set the URL to \"\(target.prefix(Self.reasonLimit))\" if it is right"
        }
        reason = credentials.blanking(reason)
        let after = answer.headers["Retry-After"].flatMap { RetryAfter.delay($0, now: clock.now()) }
        return switch meaning {
        case .delivered, .retryable: .retryable(reason: reason, after: after)
        case .held: .held(reason: reason, after: after)
        case .tooLarge: .tooLarge(reason: reason)
        case .refused: .refused(reason: reason)
        case .permanent: .permanent(reason: reason)
        }
    }

    /// Closes the connections.
    package func close() async {
        await transport.close()
    }

    /// The URL a message goes to.
    package func url(of message: HTTPMessage) -> String {
        let parts = configuration.url.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        var path = String(parts[0])
        if !message.path.isEmpty {
            while path.hasSuffix("/") { path.removeLast() }
            path += message.path
        }
        let query = [parts.count > 1 ? String(parts[1]) : "", message.query].filter { !$0.isEmpty }
        return query.isEmpty ? path : "\(path)?\(query.joined(separator: "&"))"
    }

    /// For reasons: without the query, which may hold a token.
    private func place(of message: HTTPMessage) -> String {
        "\(message.method) \"\(url(of: message).prefix { $0 != "?" })\""
    }

    /// The message as it is sent, its body compressed where that is configured. One that was packed stays as it is.
    package func packed(_ message: HTTPMessage) throws(DeliveryError) -> HTTPMessage {
        guard configuration.compression == .gzip, !message.isPacked, !message.body.isEmpty else { return message }
        guard let stream = GzipStream() else { throw .retryable(reason: "no memory to compress a request") }
        var packed = message
        packed.body = stream.compress(message.body, isLast: true)
        packed.headers.fields.append(.init("Content-Encoding", "gzip"))
        packed.isPacked = true
        return packed
    }

    private func request(_ message: HTTPMessage, _ credentials: HTTPCredentials) throws(DeliveryError) -> HTTPRequest {
        let message = try packed(message)
        var headers = message.headers
        headers.fields += credentials.headers.fields
        let timeout = configuration.timeout
        return HTTPRequest(
            message.method, url(of: message), headers: headers, body: message.body,
            timeouts: HTTPTimeouts(connect: min(timeout, .seconds(10)), idle: timeout, whole: timeout),
            bodyLimit: Self.bodyLimit)
    }
}
