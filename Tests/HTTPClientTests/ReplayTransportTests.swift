import Foundation
import Testing

@testable import HTTPClient

@Suite struct ReplayTransportTests {
    let folder = TestFolder.unused()

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try write("0001-Read", "<Read><max>100</max></Read>", "<first/>")
        try write("0002-Read", "<Read><max>100</max></Read>", "<second/>")
        try write("0010-Read", "<Read><max>100</max></Read>", "<third/>")
        try write("0011-Reset", "<Reset/>", "<reset/>")
        try Data("not whole".utf8).write(to: folder.appending(path: "0012-Reset.request.xml"))
    }

    @Test("equal requests are answered in their recorded order, whatever comes between them")
    func order() async throws {
        let replay = try ReplayTransport(folder: folder.path) { _ in "Read" }
        #expect(try await body(of: "<Read><max>100</max></Read>", by: replay) == "<first/>")
        #expect(try await body(of: "<Reset/>", by: replay) == "<reset/>")
        #expect(try await body(of: "<Read> <max>100</max> </Read>", by: replay) == "<second/>")
        #expect(try await body(of: "<Read><max>100</max></Read>", by: replay) == "<third/>")
    }

    @Test("a used-up request is named with its last exchange")
    func usedUp() async throws {
        let replay = try ReplayTransport(folder: folder.path) { _ in "Reset" }
        _ = try await body(of: "<Reset/>", by: replay)
        let text = try await complaint(about: "<Reset/>", by: replay)
        #expect(text.contains("Reset (POST /sdk)") && text.contains("0011-Reset") && text.contains(folder.path))
    }

    @Test("an unknown request is named with the nearest one and the first difference")
    func unknown() async throws {
        let replay = try ReplayTransport(folder: folder.path) { _ in "Read" }
        let text = try await complaint(about: "<Read><max>105</max></Read>", by: replay)
        #expect(text.contains("Read (POST /sdk)"))
        #expect(text.contains("0001-Read.request.xml") || text.contains("-Read.request.xml"))
        #expect(text.contains("byte 13") && text.contains("<max>100</max>") && text.contains("<max>105</max>"))
    }

    @Test("an unknown address is named")
    func unknownAddress() async throws {
        let replay = try ReplayTransport(folder: folder.path) { _ in "Get" }
        guard case .notRecorded(let text) = await failure(of: HTTPRequest("GET", "http://x/other"), by: replay) else {
            Issue.record("answered")
            return
        }
        #expect(text.contains("Get (GET /other)"))
    }

    @Test("the limits of a request hold in a replay as well")
    func limits() async throws {
        let replay = try ReplayTransport(folder: folder.path, pieceBytes: 3) { _ in "Read" }
        var request = Self.request("<Read><max>100</max></Read>")
        #expect(await failure(of: request, by: replay, to: Refuser(after: 1)) == .refusedByReceiver)
        request.bodyLimit = 7
        #expect(await failure(of: request, by: replay) == .bodyTooLarge(limit: 7))
        await replay.close()
        #expect(await failure(of: request, by: replay) == .cancelled)
    }

    @Test("a folder without a recording, or without being there, is invalid", arguments: [true, false])
    func empty(exists: Bool) throws {
        let empty = folder.appending(path: "empty")
        if exists { try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true) }
        #expect {
            try ReplayTransport(folder: empty.path) { _ in "" }
        } throws: {
            guard case .invalid(let text) = $0 as? HTTPError else { return false }
            return text.contains(empty.path)
        }
    }

    private static func request(_ body: String) -> HTTPRequest {
        HTTPRequest("POST", "https://vc1.example/sdk", body: Array(body.utf8))
    }

    private func body(of request: String, by replay: ReplayTransport) async throws -> String {
        String(decoding: try await replay.send(Self.request(request)).1, as: UTF8.self)
    }

    private func complaint(about request: String, by replay: ReplayTransport) async throws -> String {
        guard case .notRecorded(let text) = await failure(of: Self.request(request), by: replay) else {
            Issue.record("answered")
            return ""
        }
        return text
    }

    private func write(_ name: String, _ request: String, _ response: String) throws {
        try Data("POST /sdk\n\nHTTP/1.1 200\n".utf8).write(to: folder.appending(path: "\(name).http"))
        try Data(request.utf8).write(to: folder.appending(path: "\(name).request.xml"))
        try Data(response.utf8).write(to: folder.appending(path: "\(name).response.xml"))
    }
}
