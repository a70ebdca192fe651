package import AgentTestKit

/// rsyslog and syslog-ng, unpacked by `peers.sh`.
package struct Peers: Sendable {
    private let folder: String

    /// Nil where they are not.
    package init?() {
        folder = Environment["PEERS"] ?? "\(PackageRoot.path)/Benchmarks/.build/peers"
        if !TestFile.exists("\(folder)/usr/sbin/rsyslogd") { return nil }
    }

    /// rsyslog with a configuration, its files in a folder.
    package func rsyslog(_ configuration: String, in place: TemporaryDirectory) throws -> ChildProcess.Program {
        try BinaryFile.write("global(workDirectory=\"\(place.path)\")\n\(configuration)\n", to: place.path("conf"))
        return .init(
            "\(folder)/usr/sbin/rsyslogd",
            [
                "-n", "-f", place.path("conf"), "-i", place.path("pid"), "-M",
                "\(folder)/usr/lib/x86_64-linux-gnu/rsyslog",
            ], environment: libraries)
    }

    /// syslog-ng with a configuration, its files in a folder.
    package func syslogNG(_ configuration: String, in place: TemporaryDirectory) throws -> ChildProcess.Program {
        try BinaryFile.write(
            "@version: 3.38\noptions { stats-freq(0); threaded(yes); use-dns(no); };\n\(configuration)\n",
            to: place.path("conf"))
        return .init(
            "\(folder)/usr/sbin/syslog-ng",
            [
                "-F", "--no-caps", "-f", place.path("conf"), "-R", place.path("persist"), "-c", place.path("control"),
                "-p", place.path("pid"), "--module-path", "\(folder)/usr/lib/syslog-ng/3.38",
            ], environment: libraries)
    }

    private var libraries: [String: String] {
        let folders = ["usr/lib/x86_64-linux-gnu", "lib/x86_64-linux-gnu", "usr/lib/syslog-ng"]
        return ["LD_LIBRARY_PATH": folders.map { "\(folder)/\($0)" }.joined(separator: ":")]
    }
}
