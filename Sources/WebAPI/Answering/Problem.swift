import EventModel
import HTTPTypes

/// Why a request was not answered as it wished: problem details of RFC 9457.
struct Problem: Error, Sendable {
    /// The status says what kind of problem it is; `type` is always `about:blank`.
    var status: HTTPResponse.Status
    /// What was asked, what stood in the way, what to do.
    var detail: String
    /// Members of this problem alone.
    var members: [JSONValue.Member] = []
    var headers = HTTPFields()

    init(_ status: HTTPResponse.Status, _ detail: String, members: [JSONValue.Member] = []) {
        (self.status, self.detail, self.members) = (status, detail, members)
    }

    /// Worth another try, after so many seconds.
    static func later(_ status: HTTPResponse.Status, _ detail: String, seconds: Int = 5) -> Problem {
        var problem = Problem(status, detail)
        problem.headers[.retryAfter] = "\(seconds)"
        return problem
    }

    static func invalid(_ detail: String) -> Problem { Problem(.badRequest, detail) }
    static func missing(_ detail: String) -> Problem { Problem(.notFound, detail) }

    /// The answer that tells it.
    var answer: Answer {
        let told: [JSONValue.Member] = [
            .init("type", "about:blank"), .init("title", .string(status.reasonPhrase)),
            .init("status", .number("\(status.code)")), .init("detail", .string(detail)),
        ]
        var answer = Answer(
            status: status, type: "application/problem+json",
            bytes: Array(JSONText(.object(told + members)).bytes) + [UInt8(ascii: "\n")])
        for field in headers { answer.headers.append(field) }
        return answer
    }
}
