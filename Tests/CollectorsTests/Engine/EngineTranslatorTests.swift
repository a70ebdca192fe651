import AgentCore
import AgentTestKit
import EventModel
import Foundation
import Testing

@testable import Collectors

@Suite struct EngineTranslatorTests {
    private static let folder = "\(Environment["GUESTWATCH_SHARED"] ?? "../shared")/hostside/engine-events"

    private func reports(_ name: String) throws -> [EngineReport] {
        let text = try #require(TestFile.text("\(Self.folder)/\(name)"))
        return try text.split(separator: "\n").map { try EngineReport.decode(Array($0.utf8)) }
    }

    private func types(_ name: String, _ translator: EngineTranslator) throws -> [String: Int] {
        let events = try reports(name).compactMap { translator.translate($0)?.event }
        #expect(Set(events.map(\.id)).count == events.count)
        return Dictionary(events.map { ($0.type.rawValue, 1) }, uniquingKeysWith: +)
    }

    @Test(
        "a recorded session of Docker is told without its steps, networks and health probes",
        .enabled(if: TestFile.text("\(folder)/docker-events.jsonl") != nil, "no recorded engine events in ../shared"))
    func docker() throws {
        let types = try types("docker-events.jsonl", EngineTranslator(runtime: "docker", host: "hv1"))
        #expect(
            types == [
                "container.created": 7, "container.started": 6, "container.exited": 6, "container.paused": 1,
                "container.resumed": 1, "container.renamed": 1, "container.described": 1, "container.oom-killed": 2,
                "container.killed": 3, "container.stopped": 1, "container.removed": 4, "container.health-changed": 3,
            ])
    }

    @Test(
        "a recorded session of Podman is told the same by both of its APIs",
        .enabled(if: TestFile.text("\(folder)/docker-events.jsonl") != nil, "no recorded engine events in ../shared"))
    func podman() throws {
        let translator = EngineTranslator(runtime: "podman", host: "hv1")
        let types = try types("podman-libpod-events.jsonl", translator)
        #expect(types == (try self.types("podman-docker-compat-events.jsonl", translator)))
        #expect(
            types == [
                "container.created": 5, "container.started": 6, "container.exited": 6, "container.paused": 1,
                "container.resumed": 1, "container.renamed": 1, "container.restarted": 1, "container.killed": 1,
                "container.stopped": 1, "container.removed": 5, "container.health-changed": 2,
                "engine.object-created": 1, "engine.object-removed": 1,
            ])
    }

    @Test(
        "an action becomes its type and its exit code, health or signal",
        arguments: [
            ("die", ["exitCode": "137"], "container.exited", #""exitCode":137"#),
            ("died", ["containerExitCode": "3"], "container.exited", #""exitCode":3"#),
            ("start", ["containerExitCode": "0"], "container.started", #""message":"web was started.""#),
            ("health_status: unhealthy", [:], "container.health-changed", #""health":"unhealthy""#),
            ("kill", ["signal": "15"], "container.killed", "the signal 15"),
            ("rename", ["oldName": "/old"], "container.renamed", "web was called old before."),
            ("checkpoint", [:], "container.other", "web: checkpoint."),
        ])
    func actions(action: String, attributes: [String: String], type: String, text: String) throws {
        let line = dockerLine(action, "aa", at: .test(0), attributes: attributes)
        let report = try EngineReport.decode(Array(line.utf8))
        let event = try #require(EngineTranslator(runtime: "docker", host: "hv1").translate(report)).event
        #expect(event.type.rawValue == type)
        #expect(String(decoding: event.data.bytes, as: UTF8.self).contains(text))
        #expect(EventCatalogue.sentence(of: event.type) != nil)
    }

    @Test("a command line is told only where both it and its kind were asked for")
    func commands() throws {
        let line = dockerLine("exec_start: sh -c 'mysql -psecret'", "aa", at: .test(0), attributes: ["execID": "e1"])
        let report = try EngineReport.decode(Array(line.utf8))
        func data(_ translator: EngineTranslator) -> String? {
            translator.translate(report).map { String(decoding: $0.event.data.bytes, as: UTF8.self) }
        }
        #expect(data(EngineTranslator(runtime: "docker", host: "hv1")) == nil)
        #expect(data(EngineTranslator(runtime: "docker", host: "hv1", include: [.execs]))?.contains("secret") == false)
        let all = EngineTranslator(runtime: "docker", host: "hv1", include: [.execs], commands: true)
        #expect(data(all)?.contains("secret") == true)
    }

    @Test(
        "what is no report is refused with its reason",
        arguments: [
            ("", "not JSON"), ("[]", "not a JSON object"), ("{}", "no \"Action\""),
            (#"{"Action":"start"}"#, "timeNano"),
            (#"{"Action":"start","time":99999999999999}"#, "timeNano"), (#"{"Action":7,"time":1}"#, "no \"Action\""),
        ])
    func refused(line: String, reason: String) {
        let error = #expect(throws: EventDecodingError.self) { try EngineReport.decode(Array(line.utf8)) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test(
        "damaged lines are refused or told, and never more",
        .enabled(if: TestFile.text("\(folder)/docker-events.jsonl") != nil, "no recorded engine events in ../shared"))
    func damaged() throws {
        var random = SeededGenerator(test: 4711)
        let names = ["docker-events.jsonl", "podman-libpod-events.jsonl"]
        let lines = names.flatMap { (TestFile.text("\(Self.folder)/\($0)") ?? "").split(separator: "\n") }
        let translator = EngineTranslator(
            runtime: "docker", host: "hv1", include: Set(EngineDetail.allCases), commands: true)
        for _ in 0..<5000 {
            var bytes = Array((lines.randomElement(using: &random) ?? "").utf8)
            for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                default: bytes.insert(contentsOf: Array("\"{}[]:,0".utf8), at: place)
                }
            }
            guard let report = try? EngineReport.decode(bytes) else { continue }
            if let event = translator.translate(report)?.event {
                #expect((try? EventDecoder.decode(EventEncoder.encode(event))) != nil)
            }
        }
    }
}

@Suite struct EngineReadingTests {
    private func line(_ number: Int) -> [UInt8] { Array("line \(number)".utf8) }

    @Test("what is read again is known, also after the checkpoint, and no more is asked for than is needed")
    func boundary() throws {
        var reading = EngineReading(from: .test(0))
        #expect(reading.since == .test(0))
        for (number, time) in [100, 50, 3000, 2900, 5000].enumerated() {
            let isNews = reading.take(line(number), of: .test(time))
            #expect(isNews)
        }
        #expect(reading.since == .test(3000))
        var again = try EngineReading(reading.encoded(), runtime: "docker")
        #expect(again.since == reading.since)
        for (number, time) in [(2, 3000), (4, 5000)] {
            let isNews = again.take(line(number), of: .test(time))
            #expect(!isNews)
        }
        let isNews = again.take(line(9), of: .test(4000))
        #expect(isNews)
    }

    @Test("a burst beyond what is remembered asks for less instead of forgetting")
    func burst() throws {
        var reading = EngineReading(from: .test(0))
        for number in 0..<2000 { _ = reading.take(line(number), of: .test(10_000 + number / 10)) }
        let again = try EngineReading(reading.encoded(), runtime: "docker")
        for number in 0..<2000 where Timestamp.test(10_000 + number / 10) >= again.since {
            var copy = again
            let isNews = copy.take(line(number), of: .test(10_000 + number / 10))
            #expect(!isNews, "\(number)")
        }
        #expect(reading.encoded().bytes.count < 40_000)
    }

    @Test("a clock that was set back is followed")
    func clockSetBack() {
        var reading = EngineReading(from: .test(0))
        _ = reading.take(line(1), of: .test(3_600_000))
        _ = reading.take(line(2), of: .test(1000))
        #expect(reading.since <= .test(1000))
    }

    @Test("health is news when it changes")
    func health() {
        var reading = EngineReading(from: .test(0))
        let news = ["starting", "healthy", "healthy", "unhealthy", "healthy"].map {
            reading.isNews(health: $0, of: "aa")
        }
        #expect(news == [true, true, false, true, true])
    }
}
