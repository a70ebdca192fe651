import EventModel
import HTTPTypes
import Pipeline

extension Endpoint {
    /// Live readers: subscribers within the process, streams without.
    static let readers: [Endpoint] = [
        Endpoint(.get, "/v1/subscribers", listSubscribers),
        .admin(.post, "/v1/subscribers/{name}/suspend", suspendSubscriber),
        .admin(.post, "/v1/subscribers/{name}/resume", resumeSubscriber),
        Endpoint(.get, "/v1/streams", listStreams),
        .admin(.delete, "/v1/streams/{number}", endStream),
    ]

    @Sendable private static func listSubscribers(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        return .json { $0.member("subscribers", each: api.events.subscriberList) { $1.write($0) } }
    }

    @Sendable private static func suspendSubscriber(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        var query = call.query
        let mode: Suspension = try query.choice("mode") ?? .queueing
        try query.finish()
        let subscription = try subscription(call, api)
        subscription.suspend(mode)
        return .json { $0.write(subscription.status) }
    }

    @Sendable private static func resumeSubscriber(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let subscription = try subscription(call, api)
        subscription.resume()
        return .json { $0.write(subscription.status) }
    }

    private static func subscription(_ call: APICall, _ api: API) throws(Problem) -> Subscription {
        let name = call.parameter("name")
        guard let subscription = api.events.subscription(named: name) else {
            throw .missing("there is no subscriber \"\(name)\"; /v1/subscribers lists them")
        }
        return subscription
    }

    @Sendable private static func listStreams(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        return .json { $0.member("streams", each: api.events.streamList) { $1.write($0) } }
    }

    @Sendable private static func endStream(_ call: APICall, _ api: API) async throws(Problem) -> Answer {
        try call.takesNoQuery()
        let number = try call.number("number")
        guard api.events.streamList.contains(where: { $0.number == number }) else {
            throw .missing("there is no stream \(number); /v1/streams lists them")
        }
        api.events.removeStream(number)
        return .done
    }
}

extension JSONWriter {
    fileprivate mutating func write(_ subscriber: SubscriberStatus) {
        member("name", subscriber.name)
        member("since", subscriber.since)
        member("suspension", subscriber.suspension?.rawValue)
        member("suspendedSince", subscriber.suspendedSince)
        member("queued", subscriber.queued)
        member("lag", subscriber.lag)
        member("delivered", subscriber.counts.delivered)
        member("filtered", subscriber.counts.filtered)
        member("discarded", subscriber.counts.discarded)
        member("dropped", subscriber.counts.dropped)
        member("failures", subscriber.failures)
        member("lastError", subscriber.lastError)
    }

    fileprivate mutating func write(_ stream: StreamStatus) {
        member("number", stream.number)
        member("name", stream.name)
        member("client", stream.client)
        member("since", stream.since)
        member("cursor", stream.cursor)
        member("lag", stream.lag)
        member("delivered", stream.delivered)
        member("filtered", stream.filtered)
        member("dropped", stream.dropped)
    }
}
