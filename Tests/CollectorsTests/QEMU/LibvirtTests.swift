import AgentTestKit
import Collectors
import EventModel
import Testing

@Suite("What libvirt leaves in files")
struct LibvirtTests {
    private func recorded(_ name: String) throws -> [UInt8] {
        try #require(TestFile.read(PackageRoot["Tests/CollectorsTests/QEMU/Recorded/\(name)"]))
    }

    @Test("a domain's file tells its state, process, name and UUID")
    func status() throws {
        #expect(
            try LibvirtStatus(recorded("web-01.xml"))
                == LibvirtStatus(
                    state: "paused", reason: "user", pid: 19097, name: "web-01",
                    uuid: "c4dfdccf-e793-4d08-a9dd-47c0fe225a8d"))
        #expect(try LibvirtStatus(recorded("web 02 (päron), a.xml"))?.name == "web 02 (päron), a")
    }

    @Test(
        "what is no such file is none",
        arguments: [
            "", "<domain/>", "<domstatus/>", "<domstatus state='running' pid='x'/>",
            "<domstatus state='running' pid='-4'/>",
            "<!DOCTYPE a [<!ENTITY b 'c'>]><domstatus state='&b;' pid='1'/>", "\u{0}\u{0}",
        ])
    func foreign(text: String) {
        #expect(LibvirtStatus(Array(text.utf8)) == nil)
    }

    @Test("a file that is cut off, damaged or of a later libvirt tells what it holds")
    func damage() throws {
        #expect(LibvirtStatus(Array("<domstatus state='running' pid='7' new='x'><domain><name>a".utf8))?.pid == 7)
        let bytes = try recorded("web-01.xml")
        var random = SeededGenerator(test: 9)
        for _ in 0..<300 {
            var damaged = bytes
            for _ in 0..<20 {
                damaged[.random(in: damaged.indices, using: &random)] = .random(in: 0...255, using: &random)
            }
            let status = LibvirtStatus(Array(damaged.prefix(.random(in: damaged.indices, using: &random))))
            #expect(status.map { $0.pid > 0 } ?? true, "\(random.repetition)")
        }
    }

    @Test("the last ending in a log counts, unless the machine was started again after it")
    func log() throws {
        let bytes = try recorded("web-01.log")
        #expect(LibvirtEnding.last(in: bytes) == nil)
        let ended = Array(
            bytes + Array("2026-11-21 05:30:00.012+0000: shutting down, reason=from snapshot\nx: y\n".utf8))
        let ending = LibvirtEnding.last(in: ended)
        #expect(ending?.reason == "from snapshot" && ending?.time.rfc3339 == "2026-11-21T05:30:00.012Z")
        #expect(LibvirtEnding.last(in: Array("a: shutting down, reason=\nshutting down, reason=x".utf8)) == nil)
    }
}
