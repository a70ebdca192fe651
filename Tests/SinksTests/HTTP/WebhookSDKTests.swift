import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Sinks

/// What was sent, decoded by the CloudEvents project's own SDK; skipped where `make setup-test` did not install it.
@Suite("Webhooks as the CloudEvents SDK reads them", .enabled(if: CloudEventsSDK.isThere, "no CloudEvents SDK here"))
struct WebhookSDKTests {
    @Test("all modes give the same events with all attributes", arguments: WebhookSinkTests.modes)
    func decodes(mode: WebhookConfiguration.Mode) async throws {
        let receiver = try WebhookReceiver()
        let sink = try WebhookSink(.init(.init(url: receiver.url), mode: mode), in: .conformance)
        try await sink.deliver(Entry.numbered(1...20))
        await sink.stop()
        let events = try CloudEventsSDK.decode(receiver.requests)
        #expect(events.count == 20)
        for (index, event) in events.enumerated() {
            let number = index + 1
            #expect(event.attributes["id"] == "event-\(number)" && event.attributes["source"] == "test://conformance")
            #expect(event.attributes["type"] == "guestwatch.vm.powered-on")
            #expect(event.attributes["subject"] == "vm/vm-\(number % 50)")
            #expect(event.attributes["guestname"] == "web \"\(number % 50)\" ü")
            #expect(event.attributes["sequence"] == EventEncoder.text(of: UInt64(number)))
            #expect(event.attributes["journal"] == "k3j2h1g0f9d8")
            #expect(event.data["message"] == "powered on\n")
        }
    }
}

/// The SDK in its own environment, and what it decoded.
enum CloudEventsSDK {
    struct Decoded: Decodable {
        var attributes: [String: String]
        var data: [String: String]
    }

    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    private static let python = root.appending(path: ".build/cloudevents/bin/python").path

    static var isThere: Bool { FileManager.default.isExecutableFile(atPath: python) }

    static func decode(_ requests: [HTTPRequest]) throws -> [Decoded] {
        let lines = try requests.map { request in
            let headers = Dictionary(request.headers.fields.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
            let message: [String: Any] = ["headers": headers, "body": String(decoding: request.body, as: UTF8.self)]
            return String(decoding: try JSONSerialization.data(withJSONObject: message), as: UTF8.self)
        }
        let folder = try TemporaryFolder()
        try folder.write(Array(lines.joined(separator: "\n").utf8), to: "messages")
        let script = root.appending(path: "Tests/cloudevents/decode.py").path
        let output = try run(python, script, folder.path(of: "messages"))
        return try output.split(separator: UInt8(ascii: "\n")).map { try JSONDecoder().decode(Decoded.self, from: $0) }
    }
}
