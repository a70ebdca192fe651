import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    private static let historyLimit: Int64 = 10_000

    /// Opens a stream; what follows is its own.
    @Sendable static func stream(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        var query = call.query
        let wanted = try await EventQuery(from: &query, of: api)
        let start = try start(&query, call)
        let name = try query.text("name") ?? "http"
        guard name.utf8.count <= 64, name.utf8.allSatisfy({ $0.isNameByte }) else {
            throw .invalid("name: \"\(name)\" is not up to 64 letters, digits, dots, dashes and underscores")
        }
        if let journal = try query.text("journal"), journal != api.events.journalInstance {
            throw Problem(
                .conflict,
                "the history \"\(journal)\" is not this one, \"\(api.events.journalInstance)\": its sequences mean "
                    + "nothing here; begin anew")
        }
        try query.finish()
        guard let type = Accept.best(of: LiveFormat.allCases.map(\.contentType), for: call.headers[.accept]),
            let format = LiveFormat.allCases.first(where: { $0.contentType == type })
        else {
            throw Problem(.notAcceptable, "Accept: there is text/event-stream and application/x-ndjson")
        }
        let request = StreamRequest(name, client: call.client, filter: wanted.filter, start: start)
        do {
            let stream = try await api.events.stream(request)
            return .live(
                LiveStream(
                    stream: stream, query: wanted, format: format, journal: api.events.journalInstance,
                    clock: api.context.clock, events: api.events))
        } catch let error as StreamError {
            throw Problem(error)
        } catch {
            throw .later(.serviceUnavailable, "stream: \(error)")
        }
    }

    private static func start(_ query: inout Query, _ call: APICall) throws(Problem) -> StreamRequest.Start {
        let range = 0...Query.sequences.upperBound
        var after = try query.integer("after", in: range)
        let history = try query.integer("history", in: 0...historyLimit)
        if after != nil, history != nil { throw .invalid("history: not together with after") }
        if let name = HTTPField.Name("Last-Event-ID"), let text = call.headers[name] {
            guard let last = Query.integer(text), range.contains(last), !text.isEmpty else {
                throw .invalid("Last-Event-ID: not a sequence; send back what was sent as id")
            }
            after = last
        }
        if let after { return .after(UInt64(after)) }
        return .last(Int(history ?? 0))
    }
}

extension UInt8 {
    /// ASCII letters, digits, `.`, `-` and `_`.
    fileprivate var isNameByte: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
        default: "._-".utf8.contains(self)
        }
    }
}

extension Problem {
    /// Why there is no stream.
    init(_ error: StreamError) {
        switch error {
        case .tooMany, .tooManyForClient: self = .later(.tooManyRequests, "\(error)")
        case .ahead(let newest, _):
            self.init(.conflict, "\(error)", members: [.init("highest", .number("\(newest)"))])
        case .journal(let error): self.init(error)
        case .stopped: self = .later(.serviceUnavailable, "\(error)")
        }
    }
}
