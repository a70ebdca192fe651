import AgentCore
import EventModel
import Testing

@testable import Collectors

@Suite struct KnownSetTextTests {
    private static func container(_ number: Int, name: String? = nil) -> KnownContainer {
        KnownContainer(
            key: ContainerKey(runtime: "docker", id: "\(number)"), life: ProcessKey(pid: Int32(number), startTicks: 1),
            started: Timestamp(nanoseconds: 0), name: name, cgroup: "/docker/\(number)")
    }

    @Test("one container among a thousand that comes, changes a little or goes changes few pages of the checkpoint")
    func pages() throws {
        var known = KnownSet()
        _ = known.look((1...1000).map { ContainerSight(Self.container($0)) }, at: Timestamp(nanoseconds: 1))
        // What grows once is not counted: there is room behind that.
        _ = known.found(ContainerSight(Self.container(1001)), at: Timestamp(nanoseconds: 2))
        var last = known.encoded().bytes
        for step in 1...100 {
            let now = Timestamp(nanoseconds: Int64(step + 2))
            switch step % 3 {
            case 0: _ = known.found(ContainerSight(Self.container(2000 + step)), at: now)
            case 1: _ = known.found(ContainerSight(Self.container(step, name: "n\(step)")), at: now)
            default:
                let gone = Self.container(500 + step)
                _ = known.ended(gone.key, gone.life, .exited(.unknown), at: now)
            }
            let checkpoint = known.encoded()
            let pages = stride(from: 0, to: last.count, by: 4096).count {
                last[$0..<min($0 + 4096, last.count)] != checkpoint.bytes[$0..<min($0 + 4096, last.count)]
            }
            #expect(checkpoint.bytes.count == last.count)
            #expect((1...3).contains(pages))
            #expect(try KnownSet(checkpoint) == known)
            last = checkpoint.bytes
        }
    }

    @Test("what is told changes few pages of the checkpoint too, and not its length")
    func tellings() throws {
        var known = KnownSet()
        _ = known.look((1...100).map { ContainerSight(Self.container($0)) }, at: Timestamp(nanoseconds: 1))
        var tellings = ContainerTellings()
        var last: [UInt8] = []
        for step in 1...240 {
            let time = Timestamp(nanoseconds: Int64(step) * 123_456_789)
            let life = ContainerIncarnation(
                bootID: "6f0c9d12", pid: Int32(step), startTicks: UInt64(step), started: Timestamp(nanoseconds: 0))
            let key = ContainerKey(runtime: "docker", id: "\(step)")
            tellings.recent.note(
                HostHappening(key: key, word: "started", incarnation: life, time: time), isTold: step % 5 > 0)
            let checkpoint = known.encoded(tellings)
            if step % 80 == 0 { #expect(try ContainerTellings(checkpoint).recent == tellings.recent) }
            defer { last = checkpoint.bytes }
            // Until there are as many as are kept, their room grows.
            guard step > 160 else { continue }
            let pages = stride(from: 0, to: last.count, by: 4096).count {
                last[$0..<min($0 + 4096, last.count)] != checkpoint.bytes[$0..<min($0 + 4096, last.count)]
            }
            #expect(checkpoint.bytes.count == last.count && pages <= 4)
        }
    }

    @Test("what grows, shrinks and goes is read as it is, and leaves no more room than it needs")
    func anyChanges() throws {
        var random = SystemRandomNumberGenerator()
        var known = KnownSet()
        for step in 1...3000 {
            let number = Int.random(in: 1...300, using: &random)
            let name = String(repeating: "x", count: Int.random(in: 0...900, using: &random))
            let now = Timestamp(nanoseconds: Int64(step))
            let container = Self.container(number, name: name)
            if Bool.random(using: &random) {
                _ = known.found(ContainerSight(container), at: now)
            } else {
                _ = known.ended(container.key, container.life, .exited(.unknown), at: now)
            }
            guard step % 10 == 0 else { continue }
            let checkpoint = known.encoded()
            #expect(try KnownSet(checkpoint) == known)
            #expect(checkpoint.bytes.count < 1_000_000)
        }
        for container in known.containers.values {
            _ = known.ended(container.key, container.life, .exited(.unknown), at: Timestamp(nanoseconds: 9999))
        }
        _ = known.encoded()
        let empty = known.encoded()
        #expect(empty.bytes.count < 64 << 10)
    }
}
