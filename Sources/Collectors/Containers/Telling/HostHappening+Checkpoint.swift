import EventModel

/// As a checkpoint holds it.
extension HostHappening {
    /// Reads what `value` wrote; nil for anything else.
    init?(_ value: JSONValue) {
        guard let runtime = value["runtime"]?.string, let id = value["id"]?.string, let word = value["word"]?.string,
            let time = value["time"]?.integer
        else { return nil }
        self.init(
            key: ContainerKey(runtime: runtime, id: id), word: word,
            incarnation: value["life"].flatMap { ContainerIncarnation($0) }, time: Timestamp(nanoseconds: time),
            earliest: value["earliest"]?.integer.map { Timestamp(nanoseconds: $0) })
    }

    /// For a checkpoint.
    var value: JSONValue {
        var members: [JSONValue.Member] = [
            .init("runtime", .string(key.runtime)), .init("id", .string(key.id)), .init("word", .string(word)),
            .init("time", .number("\(time.nanoseconds)")),
        ]
        if let earliest { members.append(.init("earliest", .number("\(earliest.nanoseconds)"))) }
        if let incarnation { members.append(.init("life", incarnation.value)) }
        return .object(members)
    }
}

extension ContainerIncarnation {
    fileprivate init?(_ value: JSONValue) {
        guard let boot = value["boot"]?.string, let pid = value["pid"]?.integer.flatMap({ Int32(exactly: $0) }),
            let ticks = value["ticks"]?.integer.flatMap({ UInt64(exactly: $0) }),
            let started = value["started"]?.integer
        else { return nil }
        self.init(bootID: boot, pid: pid, startTicks: ticks, started: Timestamp(nanoseconds: started))
    }

    fileprivate var value: JSONValue {
        [
            "boot": .string(bootID), "pid": .number("\(pid)"), "ticks": .number("\(startTicks)"),
            "started": .number("\(started.nanoseconds)"),
        ]
    }
}
