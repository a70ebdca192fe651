import EventModel
import HTTPClient

/// Why the agent did not do what was asked.
enum APIError: Error, CustomStringConvertible {
    /// Nobody answers, or not in time.
    case unreachable(AgentAddress, HTTPError)
    /// The agent refused: its problem details (RFC 9457).
    case problem(status: Int, detail: String, candidates: [String])
    /// The answer is not the API's.
    case incomprehensible(AgentAddress, String)

    /// Reads the problem an answer has.
    init(_ response: HTTPResponse, _ body: [UInt8]) {
        let problem = try? JSONDocument(body).root.value
        let detail = problem?["detail"]?.string ?? problem?["title"]?.string ?? "the agent answered \(response.status)"
        let list = problem?["candidates"] ?? problem?["problems"]
        let candidates = list?.array?.compactMap(\.string) ?? []
        self = .problem(status: response.status, detail: detail, candidates: candidates)
    }

    /// The status the command ends with.
    var exitStatus: ExitStatus {
        switch self {
        case .unreachable(_, .untrusted): .refused
        case .unreachable, .incomprehensible: .unavailable
        case .problem(let status, _, _):
            switch status {
            case 401, 403: .refused
            case 404, 409, 410: .failed
            case 429, 500...: .unavailable
            default: .usage
            }
        }
    }

    var description: String {
        switch self {
        case .unreachable(let address, let error):
            "no agent answers at \"\(address)\": \(error); is it running, with an \"api\" in its configuration?"
        case .problem(let status, let detail, let candidates):
            "\(detail)\(candidates.isEmpty ? "" : ": \(candidates.joined(separator: "; "))") (\(status))"
        case .incomprehensible(let address, let what): "what answers at \"\(address)\" is no guestwatch: \(what)"
        }
    }
}
