/// What the command line of a QEMU process says of its machine. Pure.
package struct QEMUCommandLine: Sendable, Hashable {
    /// `-name guest=web-01,…`, or the older `-name web-01`.
    package private(set) var name: String?
    /// `-uuid`, or `-smbios type=1,uuid=`: QEMU takes the machine's from either. Lower case.
    package private(set) var uuid: String?
    /// Sockets on which a monitor listens: `-qmp unix:PATH,server`, or `-chardev socket` with `-mon`. As written there.
    package private(set) var monitors: [String] = []
    /// Sockets to which a monitor connects: reverse QMP.
    package private(set) var calledMonitors: [String] = []
    /// `-daemonize`: the process that was started goes, once its grandchild carries the machine.
    package private(set) var daemonizes = false
    /// Started by libvirt: its files lie where libvirt keeps a domain's.
    package private(set) var isLibvirts = false

    /// A machine of which only the name is known.
    package init(name: String) {
        self.name = name
    }

    /// Of a longer command line nothing is read. In bytes.
    package static let maximumBytes = 1 << 20

    /// Reads `/proc/PID/cmdline`; nil where it is no machine's: another program, or a QEMU that only answers a
    /// question.
    package init?(_ bytes: [UInt8]) {
        let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard let program = words.first, Self.isQEMU(program), !words.contains(where: Self.questions.contains) else {
            return nil
        }
        var sockets: [String: (path: String, listens: Bool)] = [:]
        var controls: [String] = []
        for (index, word) in words.enumerated().dropFirst() where word.hasPrefix("-") {
            let value = index + 1 < words.count ? words[index + 1] : ""
            switch word.drop(while: { $0 == "-" }) {
            case "name": name = Self.name(in: value) ?? name
            case "uuid": uuid = value.lowercased()
            case "smbios":
                let options = QEMUOptions(value)
                if options["type"] == "1" { uuid = uuid ?? options["uuid"]?.lowercased() }
            case "daemonize": daemonizes = true
            case "machine", "M": if QEMUOptions(value, first: "type")["type"] == "none" { return nil }
            case "qmp", "qmp-pretty": note(monitor: value)
            case "chardev":
                let options = QEMUOptions(value, first: "backend")
                if options["backend"] == "socket", let id = options["id"], let path = options["path"] {
                    sockets[id] = (path, options.isOn("server"))
                }
            case "mon":
                let options = QEMUOptions(value, first: "chardev")
                if options["mode"] == "control", let id = options["chardev"] { controls.append(id) }
            default: break
            }
        }
        for socket in controls.compactMap({ sockets[$0] }) { note(socket.path, listens: socket.listens) }
        isLibvirts = words.contains { $0.contains("/libvirt/qemu/") }
    }

    /// `qemu-system-x86_64`, Red Hat's `qemu-kvm`, Debian's and Proxmox's `kvm`.
    private static func isQEMU(_ program: String) -> Bool {
        let file = program.split(separator: "/").last ?? ""
        return file.hasPrefix("qemu-system-") || file == "qemu-kvm" || file == "kvm"
    }

    /// Arguments with which QEMU answers and ends.
    private static let questions: Set<String> = ["-version", "--version", "-h", "-help", "--help", "help", "?"]

    private static func name(in value: String) -> String? {
        let name = QEMUOptions(value, first: "guest")["guest"] ?? ""
        return name.isEmpty ? nil : name
    }

    /// `-qmp unix:PATH,server=on,wait=off`; other kinds (`stdio`, `tcp:`) are nobody else's to take.
    private mutating func note(monitor value: String) {
        guard value.hasPrefix("unix:") else { return }
        let options = QEMUOptions(String(value.dropFirst(5)), first: "path")
        if let path = options["path"] { note(path, listens: options.isOn("server")) }
    }

    private mutating func note(_ path: String, listens: Bool) {
        if listens { monitors.append(path) } else { calledMonitors.append(path) }
    }
}

/// An argument of QEMU such as `socket,id=mon0,path=/run/x,server=on,wait=off`: a comma within a value is doubled.
struct QEMUOptions {
    private var members: [String: String] = [:]

    /// Reads them; a first value without a name is that of `first`.
    init(_ text: String, first: String? = nil) {
        for (index, part) in Self.parts(of: text).enumerated() {
            let sides = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if sides.count == 2 {
                members[String(sides[0])] = String(sides[1])
            } else if index == 0, let first {
                members[first] = part
            } else {
                // `server` is `server=on`, `noserver` is `server=off`.
                let isOff = part.hasPrefix("no") && part != "nodelay"
                members[isOff ? String(part.dropFirst(2)) : part] = isOff ? "off" : "on"
            }
        }
    }

    subscript(_ name: String) -> String? { members[name] }

    func isOn(_ name: String) -> Bool {
        ["on", "yes", "true"].contains(members[name])
    }

    private static func parts(of text: String) -> [String] {
        var parts: [String] = []
        var part: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: ",") {
                part.append(byte)
            } else if rest.first == byte {
                part.append(byte)
                rest.removeFirst()
            } else {
                parts.append(String(decoding: part, as: UTF8.self))
                part = []
            }
        }
        return parts + [String(decoding: part, as: UTF8.self)]
    }
}
