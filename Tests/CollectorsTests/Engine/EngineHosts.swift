import AgentTestKit
import Foundation
import Glibc

/// Makes a file executable.
func makeExecutable(_ path: String) -> Bool {
    chmod(path, 0o755) == 0
}

/// Why a test with something real cannot run here; nil when it can.
func missing(_ programs: [String]) -> String? {
    guard geteuid() == 0 else { return "not root" }
    let folders = (Environment["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin").split(separator: ":")
    let absent = programs.first { name in !folders.contains { access("\($0)/\(name)", X_OK) == 0 } }
    return absent.map { "no \($0)" }
}

/// Runs a program to its end and gives its output; throws when it fails.
@discardableResult
func output(_ program: String, _ arguments: [String], limit: Duration = .seconds(60)) async throws -> String {
    let child = try ChildProcess(.init("/usr/bin/env", [program] + arguments))
    guard try await child.waitForExit(limit: limit) == .code(0) else {
        throw EndedEarly(exit: child.exit, errors: "\(program) \(arguments): \(child.errors)")
    }
    return child.output
}

/// A file system with a busybox, as a tar file.
func busyboxArchive(in folder: TemporaryDirectory) async throws -> String {
    let root = folder.path("rootfs")
    try await output("mkdir", ["-p", "\(root)/bin", "\(root)/tmp"])
    try await output("cp", [busyboxPath, "\(root)/bin/busybox"])
    for applet in ["sh", "sleep", "true", "dd", "cat", "ls", "kill"] {
        try await output("ln", ["-sf", "/bin/busybox", "\(root)/bin/\(applet)"])
    }
    try await output("tar", ["-C", root, "-cf", folder.path("busybox.tar"), "."])
    return folder.path("busybox.tar")
}

private let busyboxPath: String = {
    let places: [String] = ["/bin/busybox", "/usr/bin/busybox"]
    return places.first { access($0, X_OK) == 0 } ?? places[0]
}()
