import AgentTestKit
import Glibc

/// Prometheus' own check of a page of metrics.
enum Promtool {
    private static let path = "/usr/bin/promtool"

    static var exists: Bool { access(path, X_OK) == 0 }

    /// What `promtool check metrics` says of a page.
    static func check(_ page: [UInt8], in directory: TemporaryDirectory) async throws -> (ChildProcess.Exit, String) {
        _ = TestFile.write(page, to: directory.path("page"))
        let script = "\(path) check metrics < \(directory.path("page"))"
        let process = try ChildProcess(.init("/bin/sh", ["-c", script]))
        let exit = try await process.waitForExit(limit: .seconds(20))
        return (exit, process.output + process.errors)
    }
}

/// The mode of a file.
enum FileMode {
    static func of(_ path: String) -> UInt32 {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & 0o777 : 0
    }
}
