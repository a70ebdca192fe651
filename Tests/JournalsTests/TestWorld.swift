import AgentCore
import EventModel
import Foundation
import Platform

@testable import Journals

extension EncodedEvent {
    /// An event named by a number, its body a JSON object of `bytes` bytes that do not compress well.
    static func test(_ number: Int, bytes: Int = 40) -> EncodedEvent {
        let start = #"{"number":\#(number),"pad":""#
        var random = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 | 1
        let pad = (0..<max(0, bytes - start.utf8.count - 2)).map { _ in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(ascii: "0") + UInt8(random >> 58)
        }
        let body = start + String(decoding: pad.map { $0 == UInt8(ascii: "\\") ? 0x7A : $0 }, as: UTF8.self) + #""}"#
        return EncodedEvent(
            source: "test://one", id: "event/\(number)", type: "vm.powered-on", severity: .info,
            body: Array(body.utf8)[...])
    }
}

extension [EncodedEvent] {
    static func test(_ numbers: some Sequence<Int>, bytes: Int = 40) -> [EncodedEvent] {
        numbers.map { .test($0, bytes: bytes) }
    }
}

extension AgentClock {
    /// Sleeps until cancelled: what a journal does by itself in time does not happen.
    static let frozen = AgentClock(now: AgentClock.system.now) { _ in
        try await ContinuousClock().sleep(for: .seconds(3600))
    }
}

/// Waits for a condition, ten seconds at the most; false when it never came.
func eventually(_ condition: () async throws -> Bool) async throws -> Bool {
    for _ in 0..<1000 {
        if try await condition() { return true }
        try await Task.sleep(for: .milliseconds(10))
    }
    return try await condition()
}

/// The error a body throws.
func journalError(_ body: () async throws -> Void) async -> JournalError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? JournalError
    }
}

/// Runs SQL in a file, as an operator with `sqlite3` could.
func runSQL(_ sql: String, in path: String) throws {
    if !FileManager.default.fileExists(atPath: path) { _ = FileManager.default.createFile(atPath: path, contents: nil) }
    try SQLiteConnection(path: path, access: .readWrite).execute(sql)
}
