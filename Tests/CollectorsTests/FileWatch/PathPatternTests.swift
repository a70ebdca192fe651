import Collectors
import Testing

@Suite("Paths with wildcards")
struct PathPatternTests {
    @Test(
        "a pattern means these paths",
        arguments: [
            ("/var/log/*.log", "/var/log/a.log", true), ("/var/log/*.log", "/var/log/a.log.1", false),
            ("/var/log/*.log", "/var/log/sub/a.log", false), ("/var/log/*", "/var/log/.hidden", false),
            ("/var/log/.*", "/var/log/.hidden", true), ("/a/?.log", "/a/b.log", true), ("/a/?.log", "/a/bc.log", false),
            ("/a/[a-c].log", "/a/b.log", true), ("/a/[!a-c].log", "/a/b.log", false), ("/a/[]x].log", "/a/].log", true),
            ("/a/[", "/a/[", true), ("/a/\\*", "/a/*", true), ("/a/\\*", "/a/b", false), ("/a/**/x", "/a/x", true),
            ("/a/**/x", "/a/b/c/x", true), ("/a/**/x", "/b/x", false), ("/a/**", "/a/b/c", true),
            ("/**/b/**/c", "/a/b/x/b/c", true), ("/**/b/c/**/d", "/b/x/b/c/d", true), ("/**/b/**/c", "/b/c/d", false),
            ("*.gz", "/any/where/a.gz", true), ("*.gz", "/any.gz/a", false), ("/a/*b*c", "/a/xbybzc", true),
            ("/a/*b*c", "/a/xbybzcd", false),
        ])
    func matches(pattern: String, path: String, isMeant: Bool) {
        #expect(PathPattern(pattern).matches(path) == isMeant)
    }

    @Test("a pattern of many stars takes no time to speak of")
    func hostile() {
        let name = [UInt8](repeating: UInt8(ascii: "a"), count: 255)
        let pattern = Array(String(repeating: "*a", count: 100).utf8) + Array("b".utf8)
        #expect(!PathPattern.matches(name: name, pattern: pattern))
        let folders = PathPattern(String(repeating: "/**/a", count: 40) + "/b")
        #expect(!folders.matches(String(repeating: "/a", count: 200)))
    }

    @Test("folders that are searched, and the nearest above one that is not there, are told")
    func folders() {
        let disk = ModelDisk()
        disk.create("/logs/a.log")
        disk.create("/logs/sub/b.log")
        disk.link("/logs/link.log", to: "/logs/a.log")
        let patterns = ["/logs/*.log", "/logs/**/b.log"].map { PathPattern($0) }
        let found = PathSearch(patterns, excluding: [PathPattern("a.*")], in: disk.tree()).run()
        #expect(found.files.map(\.path) == ["/logs/link.log", "/logs/sub/b.log"])
        #expect(found.links.contains("/logs/link.log"))
        #expect(found.folders.isSuperset(of: ["/logs", "/logs/sub"]))
    }

    @Test(
        "files of one log share the core of their names",
        arguments: [
            ("app.log", "app.log.1", true), ("app.log", "app.log.2.gz", true), ("app.log", "app-20261121.log", true),
            ("app.log", "app.log-20261121-1795", true), ("app.log", "app.log.old", true), ("app.log", "ap.log", false),
            ("app.log", "other.log", false), ("0.log", "0.log.20261121-120000.gz", true),
        ])
    func cores(one: String, other: String, areRelated: Bool) {
        #expect(RotationName.areRelated("/logs/\(one)", "/logs/\(other)") == areRelated)
        #expect(!RotationName.areRelated("/logs/\(one)", "/elsewhere/\(other)x"))
    }
}
