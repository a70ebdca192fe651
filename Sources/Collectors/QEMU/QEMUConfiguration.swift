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

/// A path in which `*` stands for any text without `/`, and a lone `*` for any path.
package struct PathPattern: Sendable, Hashable {
    package static let all = PathPattern("*")

    private let text: String

    package init(_ text: String) {
        self.text = text
    }

    package func matches(_ path: String) -> Bool {
        if text == "*" { return true }
        let (pattern, path) = (Array(text.utf8), Array(path.utf8))
        var (at, place) = (0, 0)
        // Where the last `*` stands, and how far it reaches: it takes one byte more with each failure behind it.
        var star: (at: Int, place: Int)?
        while place < path.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, place)
                at += 1
            } else if at < pattern.count, pattern[at] == path[place] {
                (at, place) = (at + 1, place + 1)
            } else if let last = star, path[last.place] != UInt8(ascii: "/") {
                star = (last.at, last.place + 1)
                (at, place) = (last.at + 1, last.place + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }
}

extension ConfigurationType where Value == PathPattern {
    static var pathPattern: Self {
        .text(
            expected: "a path, in which * stands for any text without /", schema: [.init("minLength", 1)],
            placeholder: .all
        ) { $0.isEmpty ? nil : PathPattern($0) }
    }
}
