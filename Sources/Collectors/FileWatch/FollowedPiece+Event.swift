import EventModel

extension FollowGap {
    /// The event that stands in the gap's place: `agent.collector-gap`.
    func event(source: String, collector: String, at now: Timestamp) -> Event {
        var data: [JSONValue.Member] = [
            .init("collector", .string(collector)), .init("message", .string(message)), .init("path", .string(path)),
            .init("from", ["identity": .string(identity), "offset": .number("\(offset)")]),
        ]
        if let bytes { data.append(.init("bytes", .number("\(bytes)"))) }
        return Event(
            id: "\(collector)/gap/\(identity)/\(offset)", source: source, type: "agent.collector-gap", time: now,
            severity: .warning, data: JSONText(.object(data)))
    }

    private var message: String {
        let what = bytes.map { "\($0) bytes" } ?? "What was written"
        let where_ = "\(what) of \"\(path)\" behind offset \(offset)"
        return switch loss {
        case .gone where bytes == nil: "\(where_) may be lost: the file went while it was not followed."
        case .gone: "\(where_) could not be read: the file is gone."
        case .truncated: "\(where_) could not be read: the file was truncated."
        case .rewritten:
            "\(where_) may be lost: the file was truncated, or replaced, and written again beyond what was read."
        case .damaged(let reason): "\(where_) could not be read: \(reason)."
        }
    }
}

extension UnreadableFile {
    /// `log.file-unreadable`: the same for the same state of the file.
    func event(source: String, collector: String, at now: Timestamp) -> Event {
        Event(
            id: "\(collector)/unreadable/\(object.device)/\(object.inode)/\(changed)", source: source,
            type: "log.file-unreadable", time: now, severity: .warning,
            data: JSONText([
                "collector": .string(collector), "path": .string(path), "reason": .string(reason),
                "message": .string("The file \"\(path)\" is not followed: \(reason)"),
            ]))
    }
}
