import EventModel

/// What a runtime keeps about one container below `/run`.
package struct RuntimeState: Sendable, Hashable {
    package var runtime: String
    package var id: String
    /// Its first process; nil when the file does not tell the start time.
    package var process: ProcessKey?
    /// Its cgroups, without the mount points of the hierarchies where the runtime writes those.
    package var cgroup: String?
    /// The folder with its `config.json`.
    package var bundle: String?

    package init(
        runtime: String, id: String, process: ProcessKey? = nil, cgroup: String? = nil, bundle: String? = nil
    ) {
        (self.runtime, self.id, self.process) = (runtime, id, process)
        (self.cgroup, self.bundle) = (cgroup, bundle)
    }

    /// Reads crun's `status`.
    package static func crun(_ status: [UInt8], id: String) -> RuntimeState? {
        guard let json = try? JSONDocument(status).root.value, json.members != nil else { return nil }
        return RuntimeState(
            runtime: "crun", id: id, process: process(json["pid"], json["process-start-time"]),
            cgroup: rooted(json["cgroup-path"]?.string), bundle: json["bundle"]?.string)
    }

    /// Reads runc's `state.json`, which youki and runc's other children write as well.
    package static func runc(_ state: [UInt8], id: String) -> RuntimeState? {
        guard let json = try? JSONDocument(state).root.value, json.members != nil else { return nil }
        let labels = json["config"]?["labels"]?.array ?? []
        let bundle = labels.lazy.compactMap(\.string).first { $0.hasPrefix("bundle=") }
        return RuntimeState(
            runtime: "runc", id: json["id"]?.string ?? id,
            process: process(json["init_process_pid"], json["init_process_start"]),
            bundle: bundle.map { String($0.dropFirst("bundle=".count)) })
    }

    private static func process(_ pid: JSONValue?, _ start: JSONValue?) -> ProcessKey? {
        guard let pid = pid?.integer.flatMap({ Int32(exactly: $0) }), pid > 0,
            let start = start?.integer.flatMap({ UInt64(exactly: $0) }), start > 0
        else { return nil }
        return ProcessKey(pid: pid, startTicks: start)
    }

    private static func rooted(_ path: String?) -> String? {
        guard let path, !path.isEmpty, path != "/" else { return nil }
        return path.hasPrefix("/") ? path : "/\(path)"
    }
}

/// What systemd-machined keeps about one machine: `/run/systemd/machines/NAME`.
package struct MachineState: Sendable, Hashable {
    package var name: String
    /// Its first process.
    package var leader: Int32?
    /// `container` or `vm`.
    package var kind: ContainerIdentity.Kind
    /// What registered it: `systemd-nspawn`, `libvirt-qemu`, …
    package var service: String?
    package var uuid: String?
    package var rootFolder: String?

    /// Reads the file's `KEY=value` lines; nil when it names no machine.
    package static func read(_ file: [UInt8]) -> MachineState? {
        var values: [String: String] = [:]
        for line in file.split(separator: UInt8(ascii: "\n")).prefix(maximumLines) {
            guard let equals = line.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let value = line[line.index(after: equals)...]
            values[String(decoding: line[..<equals], as: UTF8.self)] = unquoted(String(decoding: value, as: UTF8.self))
        }
        guard let name = values["NAME"], !name.isEmpty else { return nil }
        return MachineState(
            name: name, leader: values["LEADER"].flatMap { Int32($0) },
            kind: values["CLASS"] == "vm" ? .vm : .container,
            service: values["SERVICE"], uuid: values["ID"], rootFolder: values["ROOT"])
    }

    private static let maximumLines = 256

    private static func unquoted(_ value: String) -> String {
        value.count >= 2 && value.hasPrefix("\"") && value.hasSuffix("\"")
            ? String(value.dropFirst().dropLast()) : value
    }
}
