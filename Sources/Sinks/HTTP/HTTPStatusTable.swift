/// What each status of an answer means for a delivery: the one place that decides it.
///
/// As a rule: 2xx delivered; 3xx held, never followed; 400 and what the table does not know of 4xx refused; what says
/// who we are, where the destination is or what it takes is not right (401, 402, 403, 404, 405, 406, 407, 410, 415,
/// 451) held; 408, 421, 425, 429 and 5xx retryable; 413 too large. A protocol with other habits says so.
package struct HTTPStatusTable: Sendable {
    /// What an answer means.
    package enum Meaning: Sendable, Hashable {
        case delivered, retryable, held, tooLarge, refused, permanent
    }

    /// As the specification of HTTP and of CloudEvents' binding to it have it.
    package static let standard = HTTPStatusTable()

    private let exceptions: [Int: Meaning]
    private let serverErrors: Meaning
    private let reading: (@Sendable (HTTPAnswer) -> Meaning?)?

    /// `exceptions`: by status. `serverErrors`: every 5xx that is no exception. `reading` is asked first, and may look
    /// into the body.
    package init(
        _ exceptions: [Int: Meaning] = [:], serverErrors: Meaning = .retryable,
        reading: (@Sendable (HTTPAnswer) -> Meaning?)? = nil
    ) {
        (self.exceptions, self.serverErrors, self.reading) = (exceptions, serverErrors, reading)
    }

    package func meaning(of answer: HTTPAnswer) -> Meaning {
        reading?(answer) ?? meaning(of: answer.status)
    }

    /// What a status means by itself: also that of one event in an answer about many.
    package func meaning(of status: Int) -> Meaning {
        if let meaning = exceptions[status] { return meaning }
        return switch status {
        case 200..<300: .delivered
        case 300..<400: .held
        case 401, 402, 403, 404, 405, 406, 407, 410, 415, 451: .held
        case 408, 421, 425, 429: .retryable
        case 413: .tooLarge
        case 400..<500: .refused
        case 500..<600: serverErrors
        // Nothing HTTP knows: somebody else listens there.
        default: .retryable
        }
    }
}
