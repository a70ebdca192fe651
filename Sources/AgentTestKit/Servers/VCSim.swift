import HTTPClient

/// govmomi's vCenter simulator in a process of its own: TLS, a password, a port on loopback.
///
/// The simulator is built once from Debian's packages. What it gets wrong is not to be learnt from it: at most 1000
/// events of history, newest first, filters by class and entity only.
package final class VCSim: Sendable {
    /// What to simulate.
    package struct Model: Sendable {
        /// The one user.
        package var userName = "watch"
        /// The user's password.
        package var password = "s3cret & more"
        /// A host instead of a vCenter.
        package var isESXi = false
        /// Virtual machines of the one cluster.
        package var machines = 2
        /// How long a session may be idle; nil: for ever.
        package var idleSeconds: Int?
        /// 0: any port.
        package var port: UInt16 = 0

        package init(isESXi: Bool = false, machines: Int = 2) {
            (self.isESXi, self.machines) = (isESXi, machines)
        }
    }

    /// `https://127.0.0.1:PORT/sdk`.
    package let url: String
    /// The SHA-256 thumbprint of its certificate: `44:8F:…`.
    package let thumbprint: String
    /// What it simulates.
    package let model: Model
    private let process: ChildProcess
    /// Where it keeps its datastores: gone with it, even when it was killed.
    private let folder: TemporaryDirectory

    private init(process: ChildProcess, folder: TemporaryDirectory, model: Model, words: [String]) {
        (self.process, self.folder, self.model) = (process, folder, model)
        (url, thumbprint) = (words[0], words.last ?? "")
    }

    /// Builds the simulator if need be, starts it and waits until it listens.
    package static func start(_ model: Model = Model()) async throws -> VCSim {
        var arguments = ["-user", model.userName, "-password", model.password, "-machines", "\(model.machines)"]
        arguments += ["-listen", "127.0.0.1:\(model.port)"]
        if model.isESXi { arguments.append("-esx") }
        if let seconds = model.idleSeconds { arguments += ["-idle", "\(seconds)s"] }
        let folder = try TemporaryDirectory("vcsim")
        var program = ChildProcess.Program(
            try await build.value, arguments, environment: ["TMPDIR": folder.path])
        program.holdsInput = true
        let process = try ChildProcess(program)
        let words = try await process.waitForLine { $0.hasPrefix("https://") }.split(separator: " ").map(String.init)
        return VCSim(process: process, folder: folder, model: model, words: words)
    }

    /// The port it listens on.
    package var port: UInt16 {
        url.split(separator: ":").last.flatMap { UInt16($0.prefix { $0.isNumber }) } ?? 0
    }

    /// The 32 bytes of the thumbprint, for `TLSTrust`.
    package var thumbprintBytes: [UInt8] { thumbprint.split(separator: ":").compactMap { UInt8($0, radix: 16) } }

    /// Ends it, with all sessions and events, and waits for that.
    package func stop() async throws {
        process.terminate()
        _ = try await process.waitForExit()
    }

    /// Ends it and starts another in its place: the same port and certificate, new sessions, events from key 1.
    package func restarted() async throws -> VCSim {
        try await stop()
        var model = model
        model.port = port
        return try await VCSim.start(model)
    }

    /// Somebody logged in who does things.
    package func driver() async throws -> VCSimDriver {
        let transport = CurlTransport(HTTPConnection(trust: .thumbprint(thumbprintBytes)))
        return try await VCSimDriver(SOAPCaller(transport, url: url), model)
    }

    private static let build = Task {
        let output = PackageRoot[".build/vcsim/vcsim"]
        let environment = ["HOME": Environment["HOME"] ?? "/", "PATH": Environment["PATH"] ?? "/usr/bin:/bin"]
        let build = try ChildProcess(
            .init("/bin/sh", [PackageRoot["Tests/vcsim/build.sh"], output], environment: environment))
        guard try await build.waitForExit(limit: .seconds(600)) == .code(0) else {
            throw EndedEarly(exit: build.exit, errors: build.errors)
        }
        return output
    }
}
