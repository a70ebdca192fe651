import EventModel
import HTTPClient

/// Docker's HTTP API, as far as it is needed; Podman speaks it as well.
struct EngineClient: Sendable {
    /// The version this is written for: all engines from 2020 on have it, and what is asked for has not changed since.
    static let wantedVersion = EngineVersion(major: 1, minor: 41)
    /// A stream is asked for anew after this long, should a connection be dead without anybody knowing.
    static let renewal: Duration = .seconds(24 * 3600)
    /// An engine under load takes its time.
    private static let timeouts = HTTPTimeouts(connect: .seconds(5), idle: .seconds(30), whole: .seconds(60))
    /// A list of 10,000 containers is about 20 MB.
    private static let bodyLimit = 64 << 20

    let transport: any HTTPTransport

    /// What the engine says of itself, and the version of the API both can speak.
    func version() async throws -> (version: EngineVersion, name: String) {
        let answer = try await get("/version")
        let newest = answer["ApiVersion"]?.string.flatMap { EngineVersion($0) } ?? Self.wantedVersion
        let oldest = answer["MinAPIVersion"]?.string.flatMap { EngineVersion($0) } ?? newest
        let product = answer["Components"]?.array?.first?["Name"]?.string ?? "engine"
        return (
            min(newest, max(oldest, Self.wantedVersion)), "\(product) \(answer["Version"]?.string ?? "?")"
        )
    }

    /// All containers, running or not.
    func containers(_ version: EngineVersion) async throws -> [JSONValue] {
        try await get("/v\(version)/containers/json?all=true").array ?? []
    }

    /// The request whose answer never ends.
    static func events(_ version: EngineVersion, since: Timestamp) -> HTTPRequest {
        let (seconds, fraction) = since.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let digits = String(1_000_000_000 + fraction).dropFirst()
        return HTTPRequest(
            "GET", "http://engine/v\(version)/events?since=\(seconds).\(digits)",
            timeouts: HTTPTimeouts(connect: .seconds(5), idle: renewal, whole: renewal), bodyLimit: .max)
    }

    private func get(_ path: String) async throws -> JSONValue {
        let request = HTTPRequest(
            "GET", "http://engine\(path)", timeouts: Self.timeouts, bodyLimit: Self.bodyLimit)
        let (response, body) = try await transport.send(request)
        let value = try? JSONDocument(body).root.value
        guard response.status == 200, let value else {
            let reason = value?["message"]?.string ?? String(decoding: body.prefix(200), as: UTF8.self)
            throw HTTPError.unreachable("the engine answers \(path) with \(response.status): \(reason)")
        }
        return value
    }
}

/// A version of Docker's API: `1.41`.
struct EngineVersion: Sendable, Hashable, Comparable, CustomStringConvertible {
    let major: Int
    let minor: Int

    init(major: Int, minor: Int) {
        (self.major, self.minor) = (major, minor)
    }

    /// Nil for what is none.
    init?(_ text: String) {
        let numbers = text.split(separator: ".").map { Int($0) }
        guard numbers.count == 2, let major = numbers[0], let minor = numbers[1], major >= 0, minor >= 0 else {
            return nil
        }
        self.init(major: major, minor: minor)
    }

    var description: String { "\(major).\(minor)" }

    static func < (left: Self, right: Self) -> Bool {
        (left.major, left.minor) < (right.major, right.minor)
    }
}
