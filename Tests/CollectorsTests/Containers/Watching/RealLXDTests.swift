import AgentTestKit
import EventModel
import Testing

/// An LXD that a test starts for itself: all it keeps is in a folder of its own.
final class RealLXD: Sendable {
    private let workshop: Workshop
    private let daemon: ChildProcess
    private let environment: String

    /// Starts it, with a pool of folders and an image of busybox.
    init(_ workshop: Workshop) async throws {
        let folder = workshop.folder
        self.workshop = workshop
        environment = "LXD_DIR=\(folder)/lxd LXD_CONF=\(folder)/lxc HOME=\(folder)"
        try await workshop.run("mkdir -p lxd lxc")
        daemon = try ChildProcess(
            .init(
                "/usr/bin/env", ["lxd", "--group", "root"],
                environment: ["LXD_DIR": "\(folder)/lxd", "HOME": folder], directory: folder))
        workshop.atEnd(
            "kill \(daemon.pid); sleep 1; grep -o '\(folder)[^ ]*' /proc/mounts | sort -r | xargs -r umount -l")
        workshop.atEnd("\(environment) timeout 20 lxd shutdown")
        let (daemon, environment) = (daemon, environment)
        try await waitUntil("LXD answers", limit: .seconds(120)) {
            if daemon.exit != nil { throw EndedEarly(exit: daemon.exit, errors: daemon.errors) }
            return (try? await workshop.run("\(environment) timeout 10 lxc list")) != nil
        }
        try await workshop.run(Self.preseed(environment))
        try await workshop.run(Self.image(environment))
    }

    /// Gives an order to `lxc`.
    func order(_ arguments: String, mayFail: Bool = false) async throws {
        try await workshop.run("\(environment) lxc \(arguments) < /dev/null", mayFail: mayFail)
    }

    /// Has a container end itself. Returns when it has: its init gives the others a second and more to end first.
    func powerOff(_ name: String) async throws {
        try await workshop.run(
            """
            init=$(\(environment) lxc info \(name) | awk '/^PID:/ { print $2 }')
            \(environment) lxc exec \(name) -- /sbin/poweroff < /dev/null
            for wait in $(seq 1000); do [ -d /proc/$init ] || exit 0; sleep 0.01; done
            exit 1
            """)
    }

    /// Starts a container.
    func launch(_ name: String) async throws {
        workshop.atEnd("\(environment) timeout 20 lxc delete -f \(name)")
        try await order("launch busybox \(name) -c security.privileged=true")
    }

    private static func preseed(_ environment: String) -> String {
        """
        \(environment) lxd init --preseed <<YAML
        storage_pools:
        - name: default
          driver: dir
        profiles:
        - name: default
          devices:
            root: { path: /, pool: default, type: disk }
        YAML
        """
    }

    private static func image(_ environment: String) -> String {
        """
        set -e
        mkdir -p image/rootfs && cp -a rootfs/. image/rootfs
        mkdir -p image/rootfs/sbin image/rootfs/sys image/rootfs/run image/rootfs/root
        ln -s /bin/busybox image/rootfs/sbin/init
        ln -s /bin/busybox image/rootfs/sbin/poweroff
        printf '::sysinit:/bin/true\\n::respawn:/bin/sleep 3600\\n' > image/rootfs/etc/inittab
        printf 'architecture: %s\\ncreation_date: 1\\n' $(uname -m) > image/metadata.yaml
        tar -C image -czf image.tar.gz metadata.yaml rootfs
        \(environment) lxc image import image.tar.gz --alias busybox
        """
    }
}

/// LXD's containers, which are LXC's with another monitor.
@Suite(.serialized) struct RealLXDTests {
    private static let absent = missing(["lxd", "lxc", "busybox"])

    @Test("LXD: start, pause, resume, poweroff and stop", .enabled(if: absent == nil, "\(absent ?? "")"))
    func lxd() async throws {
        let workshop = try Workshop()
        let lxd = try await RealLXD(workshop)
        let collector = try CollectorUnderTest()
        try await collector.begun()
        let name = workshop.mark
        var told: [String] = []
        func step(_ words: [String], _ order: String) async throws {
            try await lxd.order(order)
            told += words
            await collector.expect(told, of: name, within: .seconds(1))
        }
        try await lxd.launch(name)
        told = ["started", "init-pid-found"]
        await collector.expect(told, of: name, within: .seconds(1))
        try await step(["paused"], "pause \(name)")
        try await step(["resumed"], "start \(name)")
        try await step(["exited"], "stop --force \(name)")
        try await step(["started", "init-pid-found"], "start \(name)")
        try await lxd.powerOff(name)
        told.append("exited")
        await collector.expect(told, of: name, within: .seconds(1))
        #expect(collector.events(of: name).allSatisfy { $0.source == "lxc://hv1" && $0.guest?.id == name })
        _ = await collector.kill()
        try await workshop.close()
    }
}
