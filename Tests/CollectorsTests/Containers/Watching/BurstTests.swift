import Collectors
import EventModel
import Foundation
import Testing

/// Many containers at once: none is missed.
@Suite(.serialized) struct BurstTests {
    static let runs = ProcessInfo.processInfo.environment["BURST"].flatMap { Int($0) } ?? 100

    @Test(
        "containers that live for some milliseconds, one after the other, are all told",
        .enabled(if: Workshop.can("crun"), "needs root and crun"))
    func crun() async throws {
        let workshop = try Workshop()
        let first = try await workshop.oci("crun", "spec", ["/bin/true"])
        try await workshop.run("crun delete -f \(first)", mayFail: true)
        let collector = try CollectorUnderTest()
        try await collector.begun()
        // The path names it: what is gone before it was looked at is known by that.
        let mark = String((0..<8).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        try await workshop.run(
            """
            cd \(first) && for n in $(seq 1 \(Self.runs)); do
              id=$(printf '\(mark)%056x' $n)
              sed "s#\\"cgroupsPath\\": *\\"[^\\"]*\\"#\\"cgroupsPath\\":\\"/docker/$id\\"#" config.json > c.json
              crun --cgroup-manager=cgroupfs run -f c.json $id > /dev/null 2>&1 || exit 1
            done
            """, limit: .seconds(300))
        try await collector.wait("all are told") {
            collector.words(of: mark).filter { $0 == "exited" }.count >= Self.runs
        }
        let words = collector.words(of: mark)
        #expect(words.filter { $0 == "started" }.count == Self.runs)
        #expect(words.filter { $0 == "exited" }.count == Self.runs)
        #expect(Set(collector.events(of: mark).compactMap { $0.guest?.id }).count == Self.runs)
        _ = await collector.kill()
        try await workshop.close()
    }

    @Test(
        "1,000 cgroups with a process namespace each, started and stopped in a burst, are all told",
        .enabled(if: Workshop.can("unshare"), "needs root"))
    func cgroups() async throws {
        let workshop = try Workshop()
        let root = ["/sys/fs/cgroup/unified", "/sys/fs/cgroup"].first {
            FileManager.default.fileExists(atPath: "\($0)/cgroup.procs")
        }
        let tree = try #require(root)
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let mark = String((0..<8).map { _ in "0123456789abcdef".randomElement() ?? "0" })
        let parent = "\(tree)/docker"
        try await workshop.run(
            """
            mkdir -p \(parent)
            for n in $(seq 1 1000); do
              dir=\(parent)/$(printf '\(mark)%056x' $n); mkdir $dir
              sh -c "echo \\$\\$ > $dir/cgroup.procs && exec unshare -pf true"
              rmdir $dir || { sleep 0.05; rmdir $dir; } || exit 1
            done
            rmdir \(parent) || true
            """, limit: .seconds(300))
        try await collector.wait("all are told") {
            collector.words(of: mark).filter { $0 == "exited" }.count >= 1000
        }
        let words = collector.words(of: mark)
        #expect(words.filter { $0 == "started" }.count == 1000)
        #expect(words.filter { $0 == "exited" }.count == 1000)
        _ = await collector.kill()
        try await workshop.close()
    }
}
