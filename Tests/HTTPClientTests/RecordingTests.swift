import Foundation
import Testing

@testable import HTTPClient

/// Records from the live server and replays without it.
@Suite struct RecordingTests {
    let folder = TestFolder.unused().appending(path: "recording")

    private static let session = "52a7c1e0-session-cookie-value"
    private static let ticket = "cst-VCT-52a1-clone-ticket"
    private static let password = "hunter2 &amp; more"
    private static let short = "p"

    @Test("a recording replays as it was, and holds no secret")
    func roundTrip() async throws {
        let server = try TestServer.running()
        let requests = Self.requests(of: Self.session) { server.url($0) }
        let live = try await withTransport { transport in
            let recording = try RecordingTransport(transport, folder: folder.path) { Self.operation($0) }
            var answers: [[UInt8]] = []
            for request in requests { answers.append(try await recording.send(request).1) }
            return answers
        }
        try expectNoSecret()

        let replay = try ReplayTransport(folder: folder.path, pieceBytes: 7) { Self.operation($0) }
        // A client of the replay knows the session by the placeholder the replay gave it.
        let again = Self.requests(of: "BLANKED-1") { "https://elsewhere.example" + $0 }
        for (request, body) in zip(again, live) {
            let pieces = PieceCollector()
            let response = try await replay.send(request, to: pieces)
            #expect(response.status == 200)
            #expect(pieces.begun == [response])
            #expect(pieces.pieces.dropLast().allSatisfy { $0.count == 7 })
            let expected = String(decoding: body, as: UTF8.self)
                .replacing(Self.session, with: "BLANKED-1").replacing(Self.ticket, with: "BLANKED-2")
                .replacing("<password>\(Self.password)", with: "<password>BLANKED-3")
                .replacing("<v:password>\(Self.short)", with: "<v:password>BLANKED-4")
            #expect(String(decoding: pieces.pieces.joined(), as: UTF8.self) == expected)
        }
        #expect(replay.left == 0)
    }

    @Test("the files of a recording are named for what they are, and no half one is left")
    func files() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let recording = try RecordingTransport(transport, folder: folder.path) { _ in "Some Thing" }
            _ = try await recording.send(HTTPRequest("POST", server.url("/echo"), body: Array("<a/>".utf8)))
            _ = try await recording.send(HTTPRequest("GET", server.url("/gzip")))
            _ = await failure(of: HTTPRequest("GET", server.url("/cut")), by: recording)
            _ = await failure(of: HTTPRequest("GET", server.url("/big?bytes=9"), bodyLimit: 1), by: recording)
        }
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [
                "0001-Some_Thing.http", "0001-Some_Thing.request.xml", "0001-Some_Thing.response.xml",
                "0002-Some_Thing.http",
                "0002-Some_Thing.response.bin", "0003-Some_Thing.http",
            ])
        let head = try String(contentsOf: folder.appending(path: "0002-Some_Thing.http"), encoding: .utf8)
        #expect(!head.contains("gzip") || !head.contains("Content-Encoding"), "the body is kept decoded")
    }

    @Test("a failure worth another try is recorded and replayed")
    func failures() async throws {
        let server = try TestServer.running()
        let request = HTTPRequest("GET", server.url("/cut"))
        let live = try await withTransport { transport in
            await failure(of: request, by: try RecordingTransport(transport, folder: folder.path) { _ in "Cut" })
        }
        let replay = try ReplayTransport(folder: folder.path) { _ in "Cut" }
        let replayed = await failure(of: request, by: replay)
        guard case .unreachable = replayed else {
            Issue.record("\(String(describing: replayed))")
            return
        }
        #expect(live?.description == replayed?.description.replacing("unreachable: unreachable", with: "unreachable"))
    }

    @Test("a file is written through no link, and nobody else may read it")
    func links() throws {
        let recording = RecordingFolder(path: folder.path)
        try recording.create()
        let victim = folder.appending(path: "victim")
        try Data("precious".utf8).write(to: victim)
        for name in [".0001.http.partial", "0001.http"] {
            try FileManager.default.createSymbolicLink(at: folder.appending(path: name), withDestinationURL: victim)
        }
        try recording.write([1, 2], to: "0001.http")
        #expect(try Data(contentsOf: victim) == Data("precious".utf8))
        #expect(try recording.read("0001.http") == [1, 2])
        let attributes = try FileManager.default.attributesOfItem(atPath: folder.appending(path: "0001.http").path)
        #expect(attributes[.type] as? FileAttributeType == .typeRegular)
        #expect((attributes[.posixPermissions] as? Int ?? 0o777) & ~0o600 == 0)
    }

    @Test("a folder with a recording is not recorded into again")
    func refusesUsedFolder() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let recording = try RecordingTransport(transport, folder: folder.path) { _ in "Echo" }
            _ = try await recording.send(HTTPRequest("GET", server.url("/echo")))
            #expect(throws: HTTPError.self) { try RecordingTransport(transport, folder: folder.path) { _ in "Echo" } }
        }
    }

    @Test("a recording that cannot be written is an error of the request, and names the file")
    func fullDisk() async throws {
        let server = try TestServer.running()
        try await withTransport { transport in
            let recording = try RecordingTransport(transport, folder: folder.path) { _ in "Echo" }
            try FileManager.default.removeItem(at: folder)
            guard case .invalid(let text) = await failure(of: HTTPRequest("GET", server.url("/echo")), by: recording)
            else {
                Issue.record("no error")
                return
            }
            #expect(text.contains(folder.path))
        }
    }

    /// A login, a session in use and a ticket, as vSphere has them, against the live server's echo.
    private static func requests(of session: String, _ url: (String) -> String) -> [HTTPRequest] {
        let cookie: HTTPHeaders = ["Cookie": "vmware_soap_session=\"\(session)\"", "Authorization": "Bearer \(ticket)"]
        func post(_ body: String) -> HTTPRequest {
            HTTPRequest("POST", url("/echo"), headers: cookie, body: Array(body.utf8))
        }
        return [
            HTTPRequest("GET", url("/login?seed=\(String(Self.session.reversed()))")),
            post("<Login><userName>u</userName><password>\(password)</password></Login>"),
            post("<v:Login xmlns:v='urn:vim25'><v:password>\(short)</v:password></v:Login>"),
            post("<AcquireCloneTicketResponse><returnval>\(ticket)</returnval></AcquireCloneTicketResponse>"),
            post("<CloneSession><cloneTicket>\(ticket)</cloneTicket></CloneSession>"),
            post("<ReadNextEvents><_this>session[\(session)]52f0</_this></ReadNextEvents>"),
        ]
    }

    @Sendable private static func operation(_ request: HTTPRequest) -> String {
        let name = String(decoding: request.body, as: UTF8.self).dropFirst().prefix { $0.isLetter || $0.isNumber }
        return name.isEmpty ? request.method : String(name)
    }

    private func expectNoSecret() throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(files.count == 6 + 5 + 6)
        for file in files {
            let text = try String(contentsOf: file, encoding: .utf8)
            for secret in [Self.session, Self.ticket, Self.password, "hunter2", "<v:password>\(Self.short)<"] {
                #expect(!text.contains(secret), "\(file.lastPathComponent) holds \(secret)")
            }
        }
    }
}
