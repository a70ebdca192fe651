package import AgentCore
import EventModel
import Platform

/// What every journal promises, as checks that any implementation runs in a few lines:
///
///     static let suite = JournalConformance<SQLiteJournal>(isDurable: true) { place, policy, clock in … }
///     @Test("keeps the contract", arguments: suite.checks)
///     func conforms(_ check: JournalConformance<SQLiteJournal>.Check) async throws { try await check.run() }
///
/// A check throws `ConformanceFailure` where the journal breaks its word.
package struct JournalConformance<Subject: Journal>: Sendable {
    /// Opens the journal that belongs to a place: a name of its own for every check. A durable journal opened there
    /// again goes on with its history.
    package typealias Opening = @Sendable (_ place: String, RetentionPolicy, AgentClock) async throws -> Subject

    /// One promise.
    package struct Check: Sendable, CustomStringConvertible {
        /// A sentence that is true when the check passes.
        package let description: String
        /// Puts the journal to the test; throws `ConformanceFailure` when it breaks its word.
        package let run: @Sendable () async throws -> Void
    }

    /// Whether the history survives closing and opening.
    package let isDurable: Bool
    /// How a journal is opened.
    let opening: Opening

    /// Makes the suite of one implementation.
    package init(isDurable: Bool, opening: @escaping Opening) {
        (self.isDurable, self.opening) = (isDurable, opening)
    }

    /// All promises.
    package var checks: [Check] {
        promiseChecks + readingChecks + cursorChecks + retentionChecks + lifeChecks + [modelCheck]
    }

    /// Makes a check that gets a journal of its own.
    func check(_ sentence: String, _ body: @escaping @Sendable (JournalSubject<Subject>) async throws -> Void) -> Check
    {
        Check(description: sentence) {
            try await body(JournalSubject(place: Self.place(), opening: opening))
        }
    }

    private static func place() -> String {
        "check-\(String(UInt64.random(in: .min ... .max), radix: 36))"
    }
}

/// A journal's place and its clock, for one check.
struct JournalSubject<Subject: Journal>: Sendable {
    /// The name of the journal's place.
    let place: String
    /// How it is opened.
    let opening: JournalConformance<Subject>.Opening
    /// The time it lives by.
    let time = ManualTime()

    /// Opens the journal of this place; a durable one again with its history.
    func open(_ policy: RetentionPolicy = .init()) async throws -> Subject {
        try await opening(place, policy, time.clock)
    }
}

/// A time of day that moves when it is told to. Whoever sleeps by it sleeps until cancelled, so that nothing happens by
/// itself.
final class ManualTime: Sendable {
    private let moment = Locked(Timestamp(nanoseconds: 1_760_000_000_000_000_000))

    /// The moment it is.
    var now: Timestamp { moment.withLock { $0 } }

    /// Moves the moment on.
    func advance(by duration: Duration) {
        moment.withLock { $0 = $0.advanced(by: duration) }
    }

    /// The clock for a journal.
    var clock: AgentClock {
        AgentClock(now: { self.now }, sleep: { _ in try await ContinuousClock().sleep(for: .seconds(3600)) })
    }
}

/// Throws the promise when the condition does not hold.
func expect(_ condition: Bool, _ promise: String, file: StaticString = #fileID, line: UInt = #line) throws {
    guard condition else { throw ConformanceFailure("\(file):\(line): \(promise)") }
}

/// Throws when a value is not the expected one.
func expectEqual<Value: Equatable>(
    _ value: Value, _ expected: Value, _ what: String, file: StaticString = #fileID, line: UInt = #line
) throws {
    try expect(value == expected, "\(what): expected \(expected), not \(value)", file: file, line: line)
}

/// Throws when the body does not throw the expected error.
func expectError(
    _ expected: JournalError, _ what: String, file: StaticString = #fileID, line: UInt = #line,
    _ body: () async throws -> Void
) async throws {
    do {
        try await body()
    } catch let error as JournalError {
        return try expectEqual(error, expected, what, file: file, line: line)
    }
    throw ConformanceFailure("\(file):\(line): \(what): expected the error \(expected), none came")
}

extension EncodedEvent {
    /// An event for checks; its body names it, padded to `bytes`.
    static func numbered(_ number: Int, source: String = "test://one", bytes: Int = 40) -> EncodedEvent {
        let start = #"{"number":\#(number),"pad":""#
        let body = start + String(repeating: "x", count: max(0, bytes - start.utf8.count - 2)) + #""}"#
        return EncodedEvent(
            source: source, id: "event/\(number)", type: number.isMultiple(of: 3) ? "vm.powered-on" : "vm.reconfigured",
            severity: Severity.allCases[number % 6], body: Array(body.utf8)[...])
    }
}

extension [EncodedEvent] {
    /// Events for checks, one for each number.
    static func numbered(_ numbers: some Sequence<Int>, source: String = "test://one", bytes: Int = 40)
        -> [EncodedEvent]
    {
        numbers.map { .numbered($0, source: source, bytes: bytes) }
    }
}

extension Journal {
    /// Everything held, read page by page.
    func everything(limit: ReadLimit = ReadLimit()) async throws -> [Entry] {
        var entries: [Entry] = []
        var last: UInt64 = 0
        while true {
            let page = try await read(after: last, limit: limit)
            guard let end = page.entries.last else { return entries }
            entries += page.entries
            last = end.sequence
        }
    }

    /// The numbers of the events held, in order.
    func sequences() async throws -> [UInt64] {
        try await everything().map(\.sequence)
    }
}
