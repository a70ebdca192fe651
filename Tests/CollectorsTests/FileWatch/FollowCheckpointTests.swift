import AgentCore
import AgentTestKit
import Collectors
import Testing

@Suite("The checkpoint of followed files")
struct FollowCheckpointTests {
    private func checkpoint(_ random: inout SeededGenerator) -> FollowCheckpoint {
        let marks = (0..<Int.random(in: 0...20, using: &random)).map { number in
            var mark = FileMark(
                path: "/var/log/pods/päd-\(number % 3)/\(number).log",
                object: .init(device: .random(in: 0...9, using: &random), inode: random.next()))
            mark.content = ContentMark(
                offset: .random(in: 0...1 << 40, using: &random), headHash: random.next(), tailHash: random.next())
            if Bool.random(using: &random) { mark.identity = FileIdentity(hash: random.next(), ordinal: 3) }
            (mark.passesOver, mark.isRotated) = (.random(using: &random), .random(using: &random))
            return mark
        }
        var register = IdentityRegister()
        for _ in 0..<5 { _ = register.identity(ofHead: [UInt8.random(in: 0...9, using: &random)]) }
        return FollowCheckpoint(marks: marks, register: register)
    }

    @Test("what is stored is what is read")
    func roundTrip() async throws {
        try await SeededGenerator.eachSeed(200) { random in
            let checkpoint = checkpoint(&random)
            #expect(FollowCheckpoint.read(checkpoint.encoded().bytes) == checkpoint)
        }
    }

    @Test("bytes that were changed or cut off are refused or read, and never crash")
    func damaged() async throws {
        try await SeededGenerator.eachSeed(2000) { random in
            var bytes = checkpoint(&random).encoded().bytes
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
            }
            _ = FollowCheckpoint.read(bytes)
            let cut = Array(checkpoint(&random).encoded().bytes.dropLast(Int.random(in: 1...4, using: &random)))
            #expect(FollowCheckpoint.read(cut) == nil)
        }
    }

    @Test("another version is refused with what to do")
    func version() {
        #expect(throws: CollectorError.self) { try FollowCheckpoint(Checkpoint(version: 2, bytes: [])) }
    }

    @Test("files that begin alike have different identities, also when more are known than are remembered")
    func identities() {
        var register = IdentityRegister()
        var seen: Set<String> = []
        for number in 0..<(IdentityRegister.limit + 100) {
            let line = number % 10 == 0 ? "the same\nother \(number)" : "line \(number)\n"
            #expect(seen.insert(register.identity(ofHead: Array(line.utf8)[...]).text).inserted)
        }
        #expect(register.given.count <= IdentityRegister.limit)
    }
}
