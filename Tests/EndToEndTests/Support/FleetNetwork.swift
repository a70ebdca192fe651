#if NATS
    import AgentTestKit
    import Glibc

    /// Hosts of a fleet, each a network namespace with one link to a bridge: a link can be cut and mended. All of it
    /// goes with this value.
    final class FleetNetwork: Sendable {
        private static let prefix = "gw\(getpid())"
        private let names: [String]

        /// Nil where namespaces cannot be made: not root, or a kernel that does not allow it.
        init?(_ names: [String]) async throws {
            self.names = names
            let hosts = names.enumerated().map { "add \($1) 10.77.\($0 / 250).\($0 % 250 + 1)" }.joined(separator: "\n")
            let script = """
                set -e
                ip netns add \(Self.prefix)-net
                ip -n \(Self.prefix)-net link add br0 type bridge
                ip -n \(Self.prefix)-net link set br0 up
                add() {
                  ip netns add \(Self.prefix)-$1
                  ip -n \(Self.prefix)-net link add v-$1 type veth peer name eth0 netns \(Self.prefix)-$1
                  ip -n \(Self.prefix)-net link set v-$1 master br0
                  ip -n \(Self.prefix)-net link set v-$1 up
                  ip -n \(Self.prefix)-$1 addr add $2/16 dev eth0
                  ip -n \(Self.prefix)-$1 link set eth0 up
                  ip -n \(Self.prefix)-$1 link set lo up
                }
                \(hosts)
                """
            guard try await Self.run(script) else {
                remove()
                return nil
            }
        }

        deinit {
            remove()
        }

        /// The address of the first of the names.
        static let firstAddress = "10.77.0.1"

        /// Starts a program on a host.
        func start(
            _ host: String, _ program: String, _ arguments: [String], directory: String
        ) throws -> ChildProcess {
            var child = ChildProcess.Program(
                "/sbin/ip", ["netns", "exec", "\(Self.prefix)-\(host)", program] + arguments, directory: directory)
            child.environment["SWIFT_BACKTRACE"] = "enable=no"
            return try ChildProcess(child)
        }

        /// Takes a host's link down or up, at the bridge: the host sees nothing but silence.
        func setLink(_ host: String, up: Bool) async throws {
            _ = try await Self.run("ip -n \(Self.prefix)-net link set v-\(host) \(up ? "up" : "down")")
        }

        private static func run(_ script: String) async throws -> Bool {
            let shell = try ChildProcess(.init("/bin/sh", ["-c", script]))
            return try await shell.waitForExit(limit: .seconds(60)) == .code(0)
        }

        private func remove() {
            let all = (["net"] + names).map { "ip netns del \(Self.prefix)-\($0) 2>/dev/null" }
            guard let shell = try? ChildProcess(.init("/bin/sh", ["-c", all.joined(separator: "; ")])) else { return }
            while shell.exit == nil { usleep(2000) }
        }
    }
#endif
