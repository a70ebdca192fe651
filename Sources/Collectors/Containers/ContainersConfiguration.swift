package import AgentCore

/// What `collectors.json` says about a collector of kind `containers`.
package struct ContainersConfiguration: Configurable {
    package var interval: Duration
    package var runtimes: [String]
    package var pressure: PressureLimits
    package var processConnector: Bool
    package var once: Bool

    package init(
        interval: Duration = .seconds(60), runtimes: [String] = [], pressure: PressureLimits = PressureLimits(),
        processConnector: Bool = false, once: Bool = false
    ) {
        (self.interval, self.runtimes, self.pressure) = (interval, runtimes, pressure)
        (self.processConnector, self.once) = (processConnector, once)
    }

    package init(from reader: inout ConfigurationReader) {
        interval = reader.optional(
            "interval", .duration, default: .seconds(60),
            "How often it looks for itself at all containers, in case the kernel's word was lost.")
        runtimes = reader.optional(
            "runtimes", .list(of: .string), default: [],
            "Only containers of these: docker, podman, containerd, lxc, nspawn, crun, unknown-ns, …; all when empty."
        )
        pressure = reader.optional(
            "pressure", .object(), default: PressureLimits(),
            "From when on a container waits too long for CPU, memory or IO; what is left out is not watched.")
        processConnector = reader.optional(
            "procConnector", .boolean, default: false,
            "Hear of every program the host starts, so that containers without a cgroup of their own are seen at once.")
        once = reader.optional(
            "once", .boolean, default: false, "Look once and end: for recorded trees, whose kernel says nothing.")
        if interval < .milliseconds(100) || interval > .seconds(3600) {
            reader.problem("interval: write a time from \"100ms\" to \"1h\"")
        }
    }

    /// Whether containers of the runtime are told of.
    package func wants(_ runtime: String) -> Bool {
        runtimes.isEmpty || runtimes.contains(runtime)
    }
}

/// From when on a container is under pressure: so long some of its tasks waited within the window.
package struct PressureLimits: Configurable, Hashable {
    package var cpu: Duration?
    package var memory: Duration?
    package var io: Duration?
    package var window: Duration

    package init(
        cpu: Duration? = nil, memory: Duration? = nil, io: Duration? = nil, window: Duration = .seconds(2)
    ) {
        (self.cpu, self.memory, self.io, self.window) = (cpu, memory, io, window)
    }

    package init(from reader: inout ConfigurationReader) {
        cpu = reader.optional("cpu", .duration, "Waiting for CPU within the window, such as \"500ms\".")
        memory = reader.optional("memory", .duration, "Waiting for memory within the window.")
        io = reader.optional("io", .duration, "Waiting for IO within the window.")
        window = reader.optional(
            "window", .duration, default: .seconds(2),
            "Within which time; without CAP_SYS_RESOURCE the kernel takes multiples of two seconds only.")
        if window < .milliseconds(500) || window > .seconds(10) {
            reader.problem("window: the kernel takes \"500ms\" to \"10s\"")
        }
        for (name, limit) in limits where limit <= .zero || limit > window {
            reader.problem("\(name): write a time within the window")
        }
    }

    /// The resources that are watched, by the names of the kernel's files.
    package var limits: [(resource: String, stall: Duration)] {
        [("cpu", cpu), ("memory", memory), ("io", io)].compactMap { name, stall in stall.map { (name, $0) } }
    }
}
