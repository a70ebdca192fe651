import Foundation
import Platform
import Testing

/// What the kernel tells of processes, links, pressure and by its log.
@Suite struct KernelSourcesTests {
    @Test(
        "a process descriptor tells how a process that is no child ended",
        arguments: [
            ("exit 3", ProcessDescriptor.Ending.exited(3)), ("kill -9 $$", .signaled(9)), ("true", .exited(0)),
        ])
    func ending(command: String, expected: ProcessDescriptor.Ending) throws {
        // The shell around it is the parent, and reaps when its own program ends; its `wait` would hang, because
        // threads of tests have all signals blocked.
        let shell = try #require(popen("sh -c 'sleep 1; \(command)' > /dev/null 2>&1 & echo $!; sleep 2; true", "r"))
        var line = [CChar](repeating: 0, count: 32)
        _ = fgets(&line, 31, shell)
        let text = String(decoding: line.prefix { $0 > 32 }.map { UInt8($0) }, as: UTF8.self)
        let pid = try #require(Int32(text))
        let descriptor = try ProcessDescriptor(pid: pid)
        let readiness = try Readiness()
        try readiness.add(descriptor.raw, for: .readable, token: 1)
        #expect(!descriptor.hasEnded && descriptor.ending() == nil)
        #expect(try !readiness.wait(upTo: .seconds(10)).isEmpty)
        #expect(descriptor.hasEnded)
        pclose(shell)
        // Before Linux 6.15 the kernel does not keep it.
        if let ending = descriptor.ending() { #expect(ending == expected) }
    }

    @Test("a process that is not there has no descriptor")
    func noProcess() {
        #expect(throws: SystemError.self) { _ = try ProcessDescriptor(pid: 0x3FFF_FFFF) }
    }

    @Test("the kernel answers with the links of this namespace, the loopback among them")
    func links() throws {
        let socket = try NetlinkSocket.asking()
        let links = try socket.ask(.links(inNamespace: nil)).compactMap { message in
            if case .link(let link) = message { link } else { nil }
        }
        let loopback = try #require(links.first { $0.isLoopback })
        #expect(loopback.name == "lo" && loopback.index == 1)
    }

    @Test("a process that is not there has no network namespace")
    func noNamespace() throws {
        let socket = try NetlinkSocket.asking()
        #expect(throws: SystemError.self) { _ = try socket.ask(.namespace(ofProcess: 0x3FFF_FFFF)) }
    }

    @Test("no bytes of netlink do harm, cut or changed anywhere")
    func hostileBytes() throws {
        let link = message(type: 16, body: linkBody)
        #expect(
            RouteMessage.messages(in: link) == [
                .link(NetworkLink(index: 7, name: "eth0", isUp: true, link: 9, linkNamespace: 2))
            ])
        for end in 0..<link.count { _ = RouteMessage.messages(in: Array(link[..<end])) }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            var bytes = link + message(type: UInt8.random(in: 0...100, using: &random), body: linkBody)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: .min ... .max, using: &random)
            }
            _ = RouteMessage.messages(in: bytes)
            _ = ProcessNotice.notices(in: bytes)
        }
    }

    @Test("a bridge port's notice is none of the link's: it would look like its end")
    func bridgePort() {
        var body = linkBody
        body[0] = 7
        #expect(RouteMessage.messages(in: message(type: 17, body: body)).isEmpty)
    }

    @Test("the process connector's records are taken apart; threads are passed over")
    func processNotices() {
        func event(_ what: UInt32, _ thread: UInt32, _ process: UInt32, _ status: UInt32) -> [UInt8] {
            message(
                type: 3,
                body: [UInt8](repeating: 0, count: 20) + words([what, 0, 0, 0, thread, process, status, 17]))
        }
        #expect(ProcessNotice.notices(in: event(2, 41, 41, 0)) == [.executed(pid: 41)])
        #expect(ProcessNotice.notices(in: event(0x8000_0000, 41, 41, 0x300)) == [.ended(pid: 41, waitStatus: 0x300)])
        #expect(ProcessNotice.notices(in: event(0x8000_0000, 42, 41, 0)).isEmpty)
    }

    @Test("a pressure trigger is refused with the reason when the window or the file is none")
    func pressure() throws {
        #expect(throws: SystemError.self) {
            _ = try PressureTrigger("/nowhere/cpu.pressure", stall: .milliseconds(100), within: .seconds(2))
        }
        guard FileManager.default.fileExists(atPath: "/proc/pressure/cpu") else { return }
        do {
            _ = try PressureTrigger("/proc/pressure/cpu", stall: .milliseconds(100), within: .seconds(2))
        } catch {
            // An ordinary user may not open it for writing on some kernels.
            #expect(error.code == EACCES || error.code == EOPNOTSUPP || error.code == EPERM, "\(error)")
        }
        #expect(throws: SystemError.self) {
            _ = try PressureTrigger("/proc/pressure/cpu", stall: .seconds(3), within: .seconds(2))
        }
    }

    private func words(_ words: [UInt32]) -> [UInt8] {
        words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * UInt32($0))) } }
    }

    private func message(type: UInt8, body: [UInt8]) -> [UInt8] {
        words([UInt32(16 + body.count), UInt32(type), 1, 0]) + body
    }

    /// `eth0`, number 7, up, whose other end is number 9 in namespace 2.
    private var linkBody: [UInt8] {
        words([0, 7, 0x1043, 0]) + [9, 0, 3, 0] + Array("eth0\0".utf8) + [0, 0, 0] + [8, 0, 5, 0] + words([9])
            + [8, 0, 37, 0] + words([2])
    }
}
