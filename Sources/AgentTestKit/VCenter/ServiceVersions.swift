/// The answer at `/sdk/vimServiceVersions.xml`.
enum ServiceVersions {
    private static let prior = [
        "8.0.2.0", "8.0.1.0", "8.0.0.1", "7.0.3.2", "7.0.0.0", "6.7.3", "6.7", "6.5", "6.0", "5.5",
    ]

    /// The list, newest first, without versions newer than the server's.
    static func encoded(newest: String) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(
            markup: "<?xml version=\"1.0\" encoding=\"UTF-8\" ?>\n<namespaces version=\"1.0\">\n <namespace>\n")
        bytes.append(markup: "  <name>urn:vim25</name>\n  <version>\(newest)</version>\n  <priorVersions>\n")
        for version in prior where version.compareAsVersion(to: newest) < 0 {
            bytes.append(markup: "   <version>\(version)</version>\n")
        }
        bytes.append(markup: "  </priorVersions>\n </namespace>\n <namespace>\n  <name>urn:vim</name>\n")
        bytes.append(markup: "  <version>2.5u2</version>\n </namespace>\n</namespaces>\n")
        return bytes
    }
}

extension String {
    /// Negative when this version is older, by the numbers between the dots.
    fileprivate func compareAsVersion(to other: String) -> Int {
        let own = split(separator: ".").map { Int($0) ?? 0 }
        let others = other.split(separator: ".").map { Int($0) ?? 0 }
        return own.lexicographicallyPrecedes(others) ? -1 : (own == others ? 0 : 1)
    }
}
