import AgentCore
import AgentTestKit
import EventModel
import Glibc
import HTTPClient
import Measuring
import Platform

/// A vCenter with a history, in a process of its own: its events are made and encoded before the first one is asked
/// for, so that serving them costs little more than copying them.
///
///     canned-vcenter EVENTS power|change
///
/// It writes to its output: `port N` when it is ready, `first SECONDS` (since 1970) when events are asked for the first
/// time. It ends when its input does.
@main
enum CannedVCenter {
    private static let mixes: [String: EventPageGenerator.Mix] = ["power": .power, "change": .change]
    /// Events made in one go: bounds the memory it takes.
    private static let portion = 10_000

    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 3, let count = Int(arguments[1]), let mix = mixes[arguments[2]] else {
            throw MeasuringError("usage: canned-vcenter EVENTS power|change")
        }
        let vcenter = FixtureVCenter()
        fill(vcenter, count, mix)
        let hasBegun = Locked(false)
        let server = try LoopbackServer { request in
            if asksForEvents(request), !hasBegun.withLock({ swap(&$0, with: true) }) { say("first \(Stopwatch.date)") }
            return await vcenter.answer(request)
        }
        say("port \(server.port)")
        var byte: UInt8 = 0
        while read(0, &byte, 1) > 0 {}
        server.stop()
    }

    /// Appends events up to now, some of them of one time, as servers have them.
    private static func fill(_ vcenter: FixtureVCenter, _ count: Int, _ mix: EventPageGenerator.Mix) {
        var generator = EventPageGenerator(mix)
        let start = AgentClock.system.now().advanced(by: .seconds(-3600))
        for first in stride(from: 0, to: count, by: portion) {
            var events = generator.events(min(portion, count - first))
            for index in events.indices {
                events[index].createdTime = start.advanced(by: .microseconds((first + index) / 4 * 1000))
            }
            vcenter.append(events)
        }
    }

    /// The call's name stands near the beginning of a body.
    private static func asksForEvents(_ request: HTTPRequest) -> Bool {
        String(decoding: request.body.prefix(1024), as: UTF8.self).contains("ReadNextEvents")
    }

    private static func swap(_ flag: inout Bool, with value: Bool) -> Bool {
        defer { flag = value }
        return flag
    }

    /// Writes a line at once.
    private static func say(_ line: String) {
        let bytes = Array("\(line)\n".utf8)
        _ = write(1, bytes, bytes.count)
    }
}
