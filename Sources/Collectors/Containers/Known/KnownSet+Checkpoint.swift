package import AgentCore
import EventModel

/// The checkpoint: the boot, the time of the last look and the known set, as JSON.
extension KnownSet {
    /// The format of the checkpoint.
    static let version = 1

    /// Reads a checkpoint. Throws `.unusableCheckpoint`.
    package init(_ checkpoint: Checkpoint) throws {
        guard checkpoint.version == Self.version else {
            throw CollectorError.unusableCheckpoint(
                "the checkpoint of the containers has the format \(checkpoint.version), not \(Self.version)")
        }
        guard let value = Self.decoded(checkpoint.bytes) else {
            throw CollectorError.unusableCheckpoint("the checkpoint of the containers cannot be read")
        }
        self = value
    }

    /// The set as the bytes say it; nil when they do not.
    package static func decoded(_ bytes: [UInt8]) -> KnownSet? {
        guard let value = try? JSONDocument(bytes).root.value, let bootID = value["boot"]?.string,
            let time = value["time"]?.string, let list = value["containers"]?.array
        else { return nil }
        var containers: [ContainerKey: KnownContainer] = [:]
        for item in list where item != .null {
            guard let container = KnownContainer(item), containers.count < maximumContainers else { return nil }
            containers[container.key] = container
        }
        let limits = value["limits"]?.array?.compactMap(\.string) ?? []
        return KnownSet(bootID: bootID, lastLook: Timestamp(rfc3339: time), limits: limits, containers: containers)
    }

    /// The checkpoint, with what is about to be told. Only what changed since the last one is written anew.
    package mutating func encoded(_ tellings: ContainerTellings = ContainerTellings()) -> Checkpoint {
        if text.isSparse { (text, unwritten) = (CheckpointText(), Set(containers.keys)) }
        for key in unwritten {
            if let container = containers[key] {
                text.put(Array(JSONText(container.value).bytes), for: key)
            } else {
                text.remove(key)
            }
        }
        unwritten.removeAll()
        let limits = JSONText(.array(limits.map { .string($0) }))
        var head = Array("{\"boot\":\(JSONText(.string(bootID)).text),\"time\":\"".utf8)
        head += Array((lastLook?.rfc3339 ?? "").utf8)
        head += Array("\",\"limits\":".utf8) + limits.bytes + Array(",\"containers\":".utf8)
        let foot = Array(",\"tellings\":".utf8) + tellings.bytes + Array("}".utf8)
        return Checkpoint(version: Self.version, bytes: text.whole(behind: head, before: foot))
    }
}

extension JSONText {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}

extension KnownContainer {
    fileprivate init?(_ value: JSONValue) {
        guard let runtime = value["runtime"]?.string, let id = value["id"]?.string,
            let pid = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let ticks = value["ticks"]?.unsigned, let started = value["started"]?.string,
            let start = Timestamp(rfc3339: started)
        else { return nil }
        self.init(
            key: ContainerKey(runtime: runtime, id: id), life: ProcessKey(pid: pid, startTicks: ticks), started: start,
            cgroupID: value["cgroupID"]?.unsigned, name: value["name"]?.string,
            pod: value["pod"].flatMap { PodIdentity($0) },
            parents: value["parents"]?.array?.compactMap { ContainerKey($0) } ?? [], cgroup: value["cgroup"]?.string,
            monitor: value["monitor"].flatMap { ProcessKey($0) })
        pausedAt = value["paused"]?.string.flatMap { Timestamp(rfc3339: $0) }
        oomKills = value["oomKills"]?.unsigned
        for item in value["interfaces"]?.array ?? [] {
            guard let index = item["index"]?.integer.flatMap({ Int32(exactly: $0) }), let name = item["name"]?.string
            else { return nil }
            interfaces[index] = ContainerInterface(
                name: name, isUp: item["up"]?.bool == true, peer: item["peer"]?.string)
        }
        pressed = Set(value["pressed"]?.array?.compactMap(\.string) ?? [])
    }

    fileprivate var value: JSONValue {
        var members: [JSONValue.Member] = [
            .init("runtime", .string(key.runtime)), .init("id", .string(key.id)),
            .init("pid", .number("\(life.pid)")), .init("ticks", .number("\(life.startTicks)")),
            .init("started", .string(started.rfc3339)),
        ]
        if let cgroup { members.append(.init("cgroup", .string(cgroup))) }
        if let cgroupID { members.append(.init("cgroupID", .number("\(cgroupID)"))) }
        if let name { members.append(.init("name", .string(name))) }
        if let pod { members.append(.init("pod", pod.value)) }
        if !parents.isEmpty { members.append(.init("parents", .array(parents.map(\.value)))) }
        if let monitor { members.append(.init("monitor", monitor.value)) }
        if let pausedAt { members.append(.init("paused", .string(pausedAt.rfc3339))) }
        if let oomKills { members.append(.init("oomKills", .number("\(oomKills)"))) }
        if !interfaces.isEmpty { members.append(.init("interfaces", .array(interfaceValues))) }
        if !pressed.isEmpty { members.append(.init("pressed", .array(pressed.sorted().map { .string($0) }))) }
        return .object(members)
    }

    private var interfaceValues: [JSONValue] {
        interfaces.sorted { $0.key < $1.key }.map { index, interface in
            .object(
                [
                    .init("index", .number("\(index)")), .init("name", .string(interface.name)),
                    .init("up", .bool(interface.isUp)),
                ] + (interface.peer.map { [.init("peer", .string($0))] } ?? []))
        }
    }
}

extension JSONValue {
    fileprivate var unsigned: UInt64? {
        if case .number(let text) = self { UInt64(text) } else { nil }
    }
}

extension ContainerKey {
    /// As checkpoints and events hold it.
    var value: JSONValue { ["runtime": .string(runtime), "id": .string(id)] }

    fileprivate init?(_ value: JSONValue) {
        guard let runtime = value["runtime"]?.string, let id = value["id"]?.string else { return nil }
        self.init(runtime: runtime, id: id)
    }
}

extension ProcessKey {
    fileprivate var value: JSONValue { ["pid": .number("\(pid)"), "ticks": .number("\(startTicks)")] }

    fileprivate init?(_ value: JSONValue) {
        guard let pid = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }), let ticks = value["ticks"]?.unsigned
        else { return nil }
        self.init(pid: pid, startTicks: ticks)
    }
}

extension PodIdentity {
    /// As checkpoints and events hold it.
    var value: JSONValue {
        let members = [("uid", uid), ("qos", qos), ("name", name), ("namespace", namespace)]
        return .object(members.compactMap { name, text in text.map { .init(name, .string($0)) } })
    }

    fileprivate init?(_ value: JSONValue) {
        guard let uid = value["uid"]?.string else { return nil }
        self.init(
            uid: uid, qos: value["qos"]?.string, name: value["name"]?.string, namespace: value["namespace"]?.string)
    }
}
