import AgentTestKit
import EventModel
import HTTPClient
import Testing

@Suite struct FixtureTroubleTests {
    private let client: SOAPClient
    private let vcenter: FixtureVCenter
    private let collector: String

    init() async throws {
        vcenter = FixtureVCenter(clock: TestClock(.jumping).clock)
        client = SOAPClient(vcenter.transport())
        try await client.login()
        collector = try await client.collector()
        vcenter.append((1...3).map { _ in FixtureEvent("VmEvent") })
    }

    private func read() async throws -> (HTTPResponse, [UInt8]) {
        try await client.raw("ReadNextEvents", on: ("EventHistoryCollector", collector), "<maxCount>9</maxCount>")
    }

    @Test("trouble comes at the planned calls only")
    func planned() async throws {
        vcenter.plan(.httpStatus(503), at: "ReadNextEvents", calls: 2...3)
        var statuses: [Int] = []
        for _ in 1...4 { statuses.append(try await read().0.status) }
        #expect(statuses == [200, 503, 503, 200])
        #expect(vcenter.counters.calls["ReadNextEvents"] == 4)
    }

    @Test("a cut connection is unreachable, a hanging one runs into the idle timeout")
    func broken() async throws {
        vcenter.plan(.cut(afterBytes: 100), atNext: "ReadNextEvents")
        await #expect { _ = try await read() } throws: {
            if case HTTPError.unreachable = $0 { true } else { false }
        }
        vcenter.plan(.hang(afterBytes: 10), atNext: "ReadNextEvents")
        await #expect(throws: HTTPError.timedOut("idle")) { _ = try await read() }
    }

    @Test("a malformed event leaves the events before it readable")
    func malformed() async throws {
        vcenter.plan(.malformed(atEvent: 1), atNext: "ReadNextEvents")
        let body = try await read().1
        #expect(XMLTree(body) == nil)
        let text = String(decoding: body, as: UTF8.self)
        #expect(text.contains("<key>1</key>") && text.contains("<key>12</ke<"))
    }

    @Test("a session expires, collectors vanish and faults come in the middle of reading")
    func lost() async throws {
        vcenter.plan(.fault(.invalidState), atNext: "ReadNextEvents")
        #expect(String(decoding: try await read().1, as: UTF8.self).contains("xsi:type=\"InvalidState\""))
        vcenter.plan(.destroyCollectors, atNext: "ReadNextEvents")
        #expect(String(decoding: try await read().1, as: UTF8.self).contains("xsi:type=\"ManagedObjectNotFound\""))
        #expect(vcenter.counters.sessions == 1)
        vcenter.plan(.expireSession, atNext: "ReadNextEvents")
        #expect(String(decoding: try await read().1, as: UTF8.self).contains("xsi:type=\"NotAuthenticated\""))
        #expect(vcenter.counters.sessions == 0)
    }
}
