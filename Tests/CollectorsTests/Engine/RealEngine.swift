import AgentTestKit
import EventModel
import Foundation
import Glibc
import HTTPClient
import Platform

/// A container engine that a test starts for itself, in folders of its own, spoken to by its HTTP API.
final class RealEngine: Sendable {
    let folder: TemporaryDirectory
    let socket: String
    private let transport: CurlTransport
    private let start: @Sendable (TemporaryDirectory) throws -> ChildProcess
    private let child: Locked<ChildProcess?>
    private let image = Locked("")

    init(
        _ folder: TemporaryDirectory, socket: String,
        start: @escaping @Sendable (TemporaryDirectory) throws -> ChildProcess
    ) async throws {
        (self.folder, self.socket, self.start) = (folder, socket, start)
        transport = CurlTransport(HTTPConnection(socket: socket))
        child = Locked(try start(folder))
        try await waitUntilUp()
    }

    /// Podman's service with storage of its own.
    static func podman() async throws -> RealEngine {
        let folder = try TemporaryDirectory("gw-podman")
        let socket = folder.path("podman.sock")
        let arguments = [
            "--root", folder.path("root"), "--runroot", folder.path("run"), "--tmpdir", folder.path("tmp"),
            "--cgroup-manager=cgroupfs", "--events-backend=file", "--storage-driver=vfs", "--runtime=crun",
        ]
        let engine = try await RealEngine(folder, socket: socket) { _ in
            try ChildProcess(
                .init(
                    "/usr/bin/env", ["podman"] + arguments + ["system", "service", "--time=0", "unix://\(socket)"],
                    // conmon leaves a file beside itself when the kernel ends a container for want of memory.
                    directory: folder.path))
        }
        return engine
    }

    /// dockerd with data, state and containerd of its own.
    static func docker() async throws -> RealEngine {
        let folder = try TemporaryDirectory("gw-docker")
        let socket = folder.path("docker.sock")
        // Not the host's own configuration.
        _ = TestFile.write("{}".utf8, to: folder.path("none.json"))
        return try await RealEngine(folder, socket: socket) { folder in
            try ChildProcess(
                .init(
                    "/usr/bin/env",
                    [
                        "dockerd", "--data-root", folder.path("data"), "--exec-root", folder.path("exec"), "-p",
                        folder.path("docker.pid"), "-H", "unix://\(socket)", "--iptables=false", "--ip6tables=false",
                        "--bridge=none", "--default-ulimit", "nofile=1024:1024", "--storage-driver=vfs",
                        "--exec-opt", "native.cgroupdriver=cgroupfs", "--config-file", folder.path("none.json"),
                        "--live-restore",
                    ]))
        }
    }

    /// Why it does not run, for the skip line or the failure.
    var complaint: String { child.withLock { $0?.errors.suffix(600).description ?? "" } }

    @discardableResult
    func call(_ method: String, _ path: String, _ body: String? = nil, bytes: [UInt8]? = nil) async throws -> JSONValue
    {
        let type = bytes == nil ? "application/json" : "application/x-tar"
        let request = HTTPRequest(
            method, "http://engine\(path)", headers: body == nil && bytes == nil ? [:] : ["Content-Type": type],
            body: bytes ?? Array((body ?? "").utf8))
        let (response, answer) = try await transport.send(request)
        guard response.status < 300 || response.status == 304 else {
            throw EngineCallFailed(
                description: "\(method) \(path): \(response.status) \(String(decoding: answer, as: UTF8.self))")
        }
        // Progress comes as several values; the last says the outcome.
        let last = answer.split(separator: UInt8(ascii: "\n")).last ?? []
        return (try? JSONDocument(Array(last)).root.value) ?? .null
    }

    /// Makes an image of busybox.
    func importBusybox() async throws {
        let archive = try requireFile(try await busyboxArchive(in: folder))
        let answer = try await call("POST", "/images/create?fromSrc=-&repo=gw-busybox&tag=local", bytes: archive)
        guard let id = answer["status"]?.string ?? answer["id"]?.string else {
            throw EngineCallFailed(description: "no image in \(answer)")
        }
        image.withLock { $0 = id }
    }

    /// Creates a container and gives its id.
    func create(_ name: String, _ command: [String], memory: Int = 0, labels: [String: String] = [:]) async throws
        -> String
    {
        let value: JSONValue = [
            "Image": .string(image.withLock { $0 }), "Cmd": .array(command.map { .string($0) }),
            "Labels": .object(labels.map { .init($0.key, .string($0.value)) }),
            "HostConfig": [
                "NetworkMode": "none", "Memory": .number("\(memory)"), "MemorySwap": .number("\(memory)"),
                "Ulimits": [
                    ["Name": "nofile", "Soft": 1024, "Hard": 1024], ["Name": "nproc", "Soft": 1024, "Hard": 1024],
                ],
            ],
        ]
        let text = String(decoding: JSONText(value).bytes, as: UTF8.self)
        let answer = try await call("POST", "/v1.41/containers/create?name=\(name)", text)
        guard let id = answer["Id"]?.string else { throw EngineCallFailed(description: "no Id in \(answer)") }
        return id
    }

    func act(_ action: String, on id: String) async throws {
        try await call("POST", "/v1.41/containers/\(id)/\(action)")
    }

    func remove(_ id: String) async throws {
        try await call("DELETE", "/v1.41/containers/\(id)?force=true")
    }

    /// Ends the daemon and starts it again; its containers go on.
    func restart() async throws {
        try await end()
        let again = try start(folder)
        child.withLock { $0 = again }
        try await waitUntilUp()
    }

    func end() async throws {
        let running = child.withLock { child in
            defer { child = nil }
            return child
        }
        running?.terminate()
        _ = try? await running?.waitForExit(limit: .seconds(60))
    }

    /// Removes the containers, ends the daemon and lets go of its mounts.
    func stop() async throws {
        if let list = try? await call("GET", "/v1.41/containers/json?all=true").array {
            for container in list { try? await remove(container["Id"]?.string ?? "") }
        }
        await transport.close()
        try await end()
        _ = try? await output(
            "sh", ["-c", "grep -o '\(folder.path)[^ ]*' /proc/mounts | sort -r | xargs -r umount -l"])
    }

    private func waitUntilUp() async throws {
        do {
            try await waitUntil("the engine answers", limit: .seconds(120)) {
                if self.child.withLock({ $0?.exit }) != nil { throw EngineCallFailed(description: self.complaint) }
                return (try? await self.call("GET", "/version")) != nil
            }
        } catch {
            throw EngineCallFailed(description: "\(error): \(complaint)")
        }
    }
}

struct EngineCallFailed: Error, CustomStringConvertible {
    let description: String
}

/// The bytes of a file.
private func requireFile(_ path: String) throws -> [UInt8] {
    guard let bytes = TestFile.read(path) else { throw EngineCallFailed(description: "no \(path)") }
    return bytes
}
