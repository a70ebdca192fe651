package import AgentCore
import EventModel

/// The configuration of the `file` sink.
package struct FileSinkConfiguration: Configurable, Hashable {
    /// When written lines are forced to the disk.
    package enum Fsync: Sendable, Hashable {
        /// Before a delivery is acknowledged: an acknowledged event survives a power failure.
        case batch
        /// With the first delivery after this time: a power failure may take what came since.
        case interval(Duration)
        /// When the system likes.
        case never

        /// Whether a delivery at `now` forces its lines to the disk, as one did last at `last`.
        func isDue(since last: Timestamp, now: Timestamp) -> Bool {
            switch self {
            case .batch: true
            // A clock that was set back must not put it off.
            case .interval(let interval): now < last || now.since(last) >= interval
            case .never: false
            }
        }
    }

    /// When a file is closed and a new one begun, and what becomes of the closed ones.
    package struct Rotation: Configurable, Hashable {
        package var bytes: Int?
        package var age: Duration?
        package var keep: Int?
        package var compress: Bool

        package init(bytes: Int? = nil, age: Duration? = nil, keep: Int? = nil, compress: Bool = true) {
            (self.bytes, self.age, self.keep, self.compress) = (bytes, age, keep, compress)
        }

        package init(from reader: inout ConfigurationReader) {
            bytes = reader.optional("bytes", .bytes, "Begin a new file before this one grows beyond this size.")
            age = reader.optional("age", .duration, "Begin a new file when this one is older.")
            keep = reader.optional(
                "keep", .integer(in: 1...10_000), "How many closed files are kept; all, if not given.")
            compress = reader.optional(
                "compress", .boolean, default: true, "Whether closed files are compressed (gzip).")
            if bytes == nil, age == nil { reader.problem("\"bytes\" or \"age\" is missing: when to begin a new file") }
            if let bytes, bytes < 4096 { reader.problem("bytes: too small to hold events; write \"4KiB\" or more") }
            if let age, age < .seconds(1) { reader.problem("age: too short to hold events; write \"1s\" or more") }
        }
    }

    package var path: String
    package var rotate: Rotation?
    package var fsync: Fsync

    package init(path: String, rotate: Rotation? = nil, fsync: Fsync = .batch) {
        (self.path, self.rotate, self.fsync) = (path, rotate, fsync)
    }

    package init(from reader: inout ConfigurationReader) {
        path = reader.required("path", .path, "The file events are appended to; its folder is made if it is missing.")
        rotate = reader.optional("rotate", .object(), "When a new file is begun; never, if not given.")
        fsync = reader.optional(
            "fsync", .fsync, default: .batch,
            "When lines are forced to the disk: batch (before they are acknowledged), a duration, or never.")
    }
}

extension ConfigurationType where Value == FileSinkConfiguration.Fsync {
    /// `batch`, `never`, or a duration.
    package static var fsync: Self {
        let expected = #""batch", "never" or a duration such as "1s""#
        return .init(
            expected: expected, schema: ["type": "string", "pattern": "^(batch|never|[0-9]+(ms|s|m|h|d))$"],
            placeholder: .batch
        ) { source in
            switch source.node.value.string {
            case "batch": return .batch
            case "never": return .never
            default:
                var inner = source
                guard let duration = ConfigurationType<Duration>.duration.read(&inner) else {
                    source.problem("expected \(expected), not \(source.node.value.kind)")
                    return nil
                }
                return .interval(duration)
            }
        }
    }
}
