/// The host as its collectors see it: its name, and where its trees lie.
///
/// Handed in by the composition root, so that a test can show a collector another host: a folder of recorded trees.
public struct HostView: Sendable, Hashable {
    /// The host's name: the authority of the sources of its events, as in `docker://hv1`.
    public var name: String
    /// Put before a path of the host to reach it: "", or where the host's root is mounted.
    public var root: String
    /// procfs; `/proc`, or where the host's is mounted when the agent runs in a container itself.
    public var proc: String
    /// The root of the cgroup hierarchies; `/sys/fs/cgroup`.
    public var cgroups: String
    /// Where runtimes keep their state; `/run`.
    public var run: String
    /// Where what outlives a boot is kept; `/var/lib`.
    public var state: String
    /// Where logs are written; `/var/log`.
    public var log: String
    /// The kernel's log; `/dev/kmsg`.
    public var kernelLog: String

    public init(
        name: String, proc: String, cgroups: String, run: String, state: String, log: String, kernelLog: String,
        root: String = ""
    ) {
        (self.name, self.root, self.proc, self.cgroups, self.run) = (name, root, proc, cgroups, run)
        (self.state, self.log, self.kernelLog) = (state, log, kernelLog)
    }

    /// A host whose trees all lie below `root`, where Linux has them; `""` is this host.
    public init(name: String, under root: String) {
        self.init(
            name: name, proc: "\(root)/proc", cgroups: "\(root)/sys/fs/cgroup", run: "\(root)/run",
            state: "\(root)/var/lib", log: "\(root)/var/log", kernelLog: "\(root)/dev/kmsg", root: root)
    }
}
