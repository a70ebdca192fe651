import AgentCore
import AgentTestKit
import EventModel
import Foundation
import HTTPClient
import Platform
import Testing

@testable import Collectors

@Suite(.serialized) struct RealLXCTests {
    private static let noLXC = missing(["lxc-start", "lxc-monitor", "lxc-create", "lxc-stop"])

    @Test(
        "LXC: start, freeze, thaw, end and reboot of a real container are told as they are",
        .enabled(if: noLXC == nil, "\(noLXC ?? "")"))
    func container() async throws {
        let folder = try TemporaryDirectory("gw-lxc")
        let name = "gw\(UInt32.random(in: 0..<1_000_000))"
        let path = ["-P", folder.path, "-n", name]
        let busybox = ["/bin/busybox", "/usr/bin/busybox"].first { FileManager.default.fileExists(atPath: $0) } ?? ""
        try await output("lxc-create", path + ["-t", "busybox", "--", "--busybox-path=\(busybox)"])
        let configuration = folder.path("\(name)/config")
        let text = try #require(TestFile.text(configuration))
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("lxc.net") } + ["lxc.net.0.type = empty"]
        try #require(TestFile.write(lines.map { $0 + "\n" }.joined().utf8, to: configuration))

        let shared = SharedValues()
        let context = CollectorContext(
            name: "lxc", clock: .system, host: HostView(name: "hv1", under: "/nowhere"),
            transport: { _ in throw HTTPError.invalid("none") },
            secrets: SecretStore { _ throws(SecretError) in throw SecretError("none") }, shared: shared)
        let collector = try LXCMonitorCollector(LXCMonitorConfiguration(path: folder.path), in: context)
        _ = try await collector.probe()
        let events = Locked<[Event]>([])
        let reading = Task {
            while !Task.isCancelled {
                let batch = try await collector.poll(after: nil)
                events.withLock { $0 += batch.events }
            }
        }
        @Sendable func words() -> [String] { events.withLock { $0.map { String($0.type.rawValue.dropFirst(10)) } } }
        @Sendable func wait(_ word: String, _ count: Int) async throws {
            try await waitUntil("\(word) is told; \(words())", limit: .seconds(120)) {
                words().count { $0 == word } >= count
            }
        }
        try await output("lxc-start", path + ["-d"])
        try await wait("started", 1)
        try await output("lxc-freeze", path)
        try await wait("paused", 1)
        try await output("lxc-unfreeze", path)
        try await wait("resumed", 1)
        try await output("lxc-stop", path + ["-k"])
        try await wait("stopped", 1)
        try await output("lxc-start", path + ["-d"])
        try await wait("started", 2)
        try await output("lxc-stop", path + ["-k"])
        try await wait("stopped", 2)
        #expect(words() == ["started", "paused", "resumed", "exited", "stopped", "started", "exited", "stopped"])
        #expect(events.withLock { $0.allSatisfy { $0.guest?.id == name && $0.source == "lxc://hv1" } })
        reading.cancel()
        _ = await reading.result
        await collector.stop()
        _ = try? await output("lxc-destroy", path + ["-f"])
        // LXC's own daemon behind all monitors of a path would stay for a while.
        _ = try? await output("lxc-monitor", ["-P", folder.path, "-Q"])
    }
}
