import AgentTestKit
import EventModel
import Testing

/// A containerd that a test starts for itself, in folders and at a socket of its own, ordered about by `ctr`.
///
/// Its containers' shims listen below `/run/containerd/s`, under names made of its socket's path.
final class RealContainerd: Sendable {
    private let workshop: Workshop
    private let daemon: ChildProcess
    private let ctr: String
    private let image: String

    /// Starts it, and gives it an image of busybox.
    init(_ workshop: Workshop) async throws {
        (self.workshop, image) = (workshop, "localhost/\(workshop.mark):1")
        let folder = workshop.folder
        let configuration = """
            version = 2
            root = "\(folder)/containerd"
            state = "\(folder)/containerd-run"
            disabled_plugins = ["io.containerd.grpc.v1.cri", "io.containerd.snapshotter.v1.devmapper"]
            [grpc]
            address = "\(folder)/containerd.sock"
            """
        TestFile.write(configuration.utf8, to: "\(folder)/containerd.toml")
        ctr = "ctr --address \(folder)/containerd.sock --namespace \(workshop.mark)"
        daemon = try ChildProcess(
            .init("/usr/bin/env", ["containerd", "--config", "\(folder)/containerd.toml"], directory: folder))
        workshop.atEnd(
            "kill \(daemon.pid); grep -o '\(folder)[^ ]*' /proc/mounts | sort -r | xargs -r umount -l")
        let (daemon, ctr) = (daemon, ctr)
        try await waitUntil("containerd answers", limit: .seconds(120)) {
            if daemon.exit != nil { throw EndedEarly(exit: daemon.exit, errors: daemon.errors) }
            return (try? await workshop.run("\(ctr) version")) != nil
        }
        try await workshop.run(Self.archive(named: image))
        try await order("image import --snapshotter native image.tar")
    }

    /// Starts a container with such an id.
    func run(_ id: String, _ command: String, options: String = "") async throws {
        workshop.atEnd("\(ctr) task kill -s KILL \(id); sleep 0.2; \(ctr) task rm -f \(id); \(ctr) container rm \(id)")
        try await order(
            "run -d --null-io --snapshotter native --runc-binary $(command -v runc) \(options) \(image) \(id) \(command)"
        )
    }

    /// Gives an order to `ctr`.
    func order(_ arguments: String) async throws {
        try await workshop.run("\(ctr) \(arguments)")
    }

    /// Makes an image of one layer, the workshop's root file system, as `docker save` writes it.
    private static func archive(named name: String) -> String {
        """
        set -e
        mkdir -p image && tar -C rootfs -cf image/layer.tar .
        digest=$(sha256sum image/layer.tar | cut -d' ' -f1)
        case $(uname -m) in aarch64) processor=arm64 ;; *) processor=amd64 ;; esac
        cat > image/config.json <<JSON
        {"architecture": "$processor", "os": "linux", "config": {"Env": ["PATH=/bin"]},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}}
        JSON
        cat > image/manifest.json <<JSON
        [{"Config": "config.json", "RepoTags": ["\(name)"], "Layers": ["layer.tar"]}]
        JSON
        tar -C image -cf image.tar .
        """
    }
}

/// containerd, and both collectors that may see it.
@Suite(.serialized) struct RealContainerdTests {
    private static let absent = missing(["containerd", "ctr", "runc", "busybox"])
    private let started = ["started", "init-pid-found"]

    @Test(
        "containerd: start, pause, resume, a kill for want of memory, exit codes and signals, each told once",
        .enabled(if: absent == nil, "\(absent ?? "")"))
    func containerd() async throws {
        let workshop = try Workshop()
        let containerd = try await RealContainerd(workshop)
        let collector = try CollectorUnderTest()
        try await collector.begun()

        let web = "\(workshop.mark)-web"
        try await containerd.run(web, "/bin/sleep 600")
        await collector.expect(started, of: web, within: .seconds(1))
        try await containerd.order("task pause \(web)")
        await collector.expect(started + ["paused"], of: web, within: .seconds(1))
        try await containerd.order("task resume \(web)")
        await collector.expect(started + ["paused", "resumed"], of: web, within: .seconds(1))

        // A program that is started in it is no container, and its end is none.
        try await containerd.order("task exec --exec-id more \(web) /bin/true")
        let code = "\(workshop.mark)-code"
        try await containerd.run(code, "/bin/sh -c 'trap \"exit 3\" USR1; while :; do sleep 0.05; done'")
        await collector.expect(started, of: code, within: .seconds(1))
        try await containerd.order("task kill -s USR1 \(code)")
        await collector.expect(started + ["exited"], of: code, within: .seconds(1))
        #expect(try collector.events(of: code).last?.data.parsed()["exitCode"]?.integer == 3)

        let eater = "\(workshop.mark)-oom"
        let script = "trap \"exec dd if=/dev/zero of=/dev/null bs=64M count=1\" USR1; while :; do sleep 0.05; done"
        try await containerd.run(eater, "/bin/sh -c '\(script)'", options: "--memory-limit \(8 << 20)")
        await collector.expect(started, of: eater, within: .seconds(1))
        try await containerd.order("task kill -s USR1 \(eater)")
        await collector.expect(started + ["oom-killed", "exited"], of: eater, within: .seconds(2))

        let pid = try #require(collector.events(of: web)[0].data.parsed()["pid"]?.integer)
        try await workshop.run("kill -9 \(pid)")
        await collector.expect(started + ["paused", "resumed", "exited"], of: web, within: .seconds(1))
        #expect(try collector.events(of: web).last?.data.parsed()["signal"]?.integer == 9)

        let events = collector.events(of: workshop.mark)
        #expect(events.allSatisfy { $0.source == "containerd://hv1" })
        #expect(Set(events.compactMap { $0.guest?.id }) == [web, code, eater])
        _ = await collector.kill()
        try await workshop.close()
    }
}
