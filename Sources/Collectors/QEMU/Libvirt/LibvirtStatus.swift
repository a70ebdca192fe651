/// What libvirt's file about a running domain says: `<domstatus state='paused' reason='user' pid='4711'>`.
///
/// The format is libvirt's own business and may change: all but state and pid may be missing.
package struct LibvirtStatus: Sendable, Hashable {
    /// `running`, `paused`, `shutdown`, `crashed`, `pmsuspended`, …
    package var state: String
    /// `booted`, `user`, `starting up`, `unknown`, …
    package var reason: String
    package var pid: Int32
    package var name: String?
    package var uuid: String?

    package init(state: String, reason: String, pid: Int32, name: String? = nil, uuid: String? = nil) {
        (self.state, self.reason, self.pid, self.name, self.uuid) = (state, reason, pid, name, uuid)
    }

    /// Of a larger file nothing is read; a domain of a hundred disks has 200 KiB. In bytes.
    package static let maximumBytes = 4 << 20

    /// Reads a file; nil where it is no such file, or damaged before the domain's name.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count <= Self.maximumBytes, let elements = LibvirtStatusParser.read(bytes),
            let state = elements.state, let pid = elements.pid.flatMap({ Int32($0) }), pid > 0
        else { return nil }
        self.init(
            state: state, reason: elements.reason ?? "unknown", pid: pid,
            name: elements.name, uuid: elements.uuid?.lowercased())
    }
}

/// The parts of the file that are read.
struct LibvirtStatusElements {
    var state: String?
    var reason: String?
    var pid: String?
    var name: String?
    var uuid: String?
}
