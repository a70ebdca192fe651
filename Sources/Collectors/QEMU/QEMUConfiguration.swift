package import AgentCore
import EventModel

/// What `collectors.json` says about a collector of kind `qemu`.
package struct QEMUConfiguration: Configurable {
    /// Where QEMUs connect to: `-chardev socket,path=…,reconnect=1 -mon …,mode=control`. Nil: nowhere.
    package var listen: String?
    /// Which monitors of running machines the agent connects to. Empty: none.
    package var sockets: [PathPattern]
    /// Whether libvirt's run directory and logs are read.
    package var libvirt: Bool
    /// How often /proc is looked at.
    package var interval: Duration
    /// A recorded session, read in place of the host.
    package var recording: String?
    /// Ends after the first look.
    package var once: Bool

    package init(
        listen: String? = nil, sockets: [PathPattern] = [.all], libvirt: Bool = true,
        interval: Duration = .milliseconds(500),
        recording: String? = nil, once: Bool = false
    ) {
        (self.listen, self.sockets, self.libvirt) = (listen, sockets, libvirt)
        (self.interval, self.recording, self.once) = (interval, recording, once)
    }

    package init(from reader: inout ConfigurationReader) {
        listen = reader.optional(
            "listen", .path, "A unix socket to listen at (mode 0660), to which QEMUs connect with reconnect=1.")
        sockets = reader.optional(
            "sockets", .list(of: .pathPattern), default: [.all],
            "Monitor sockets of running machines to connect to, where no one else holds them; [] for none.")
        libvirt = reader.optional("libvirt", .boolean, default: true, "Read libvirt's run directory and logs.")
        interval = reader.optional(
            "interval", .duration, default: .milliseconds(500), "How often /proc is looked at for machines.")
        recording = reader.optional(
            "recording", .path,
            "A recorded QMP session, JSON lines, to be read in place of this host: to try things out.")
        once = reader.optional(
            "once", .boolean, default: false, "Look once at what runs, and end: to try things out.")
        if interval < .milliseconds(10) || interval > .seconds(60) {
            reader.problem("interval: not between 10 ms and a minute; write \"1s\"")
        }
    }
}

extension PathPattern {
    /// Whatever its name is.
    package static let all = PathPattern("*")
}

extension ConfigurationType where Value == PathPattern {
    static var pathPattern: Self {
        .text(
            expected: "a path; * and ? stand for parts of a name, ** for any folders", schema: [.init("minLength", 1)],
            placeholder: .all
        ) { $0.isEmpty ? nil : PathPattern($0) }
    }
}
