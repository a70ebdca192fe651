package import AgentCore

/// What `collectors.json` says about a collector of kind `file-watch`.
package struct FileWatchConfiguration: Configurable {
    /// Where files are read from that are there when the collector runs for the first time.
    package enum Start: String, Sendable, CaseIterable {
        case beginning
        case end
    }

    /// How lines that belong together are known.
    package struct Multiline: Configurable {
        package var start: RegularExpression?
        package var timeout: Duration

        package init(start: RegularExpression, timeout: Duration = .seconds(2)) {
            (self.start, self.timeout) = (start, timeout)
        }

        package init(from reader: inout ConfigurationReader) {
            start = reader.required(
                "start", .regularExpression,
                "A regular expression; a line it is not found in belongs to the line before.")
            timeout = reader.optional(
                "timeout", .duration, default: .seconds(2),
                "Lines are handed out when nothing followed them for so long.")
        }
    }

    package var paths: [String]
    package var exclude: [String]
    package var start: Start
    package var maxLineBytes: Int
    package var multiline: Multiline?
    package var pollInterval: Duration
    package var rotatedGrace: Duration
    package var openFiles: Int
    package var once: Bool
    /// What their lines mean.
    package var lines: LineConfiguration

    /// Follows these paths, all else by default.
    package init(paths: [String]) {
        (self.paths, exclude, start, maxLineBytes) = (paths, [], .end, 64 << 10)
        (multiline, pollInterval, rotatedGrace, openFiles, once) = (nil, .seconds(1), .seconds(10), 256, false)
        var nothing = ConfigurationReader(members: nil, path: .init(), directory: "")
        lines = LineConfiguration(from: &nothing)
    }

    package init(from reader: inout ConfigurationReader) {
        paths = reader.required(
            "paths", .list(of: .path), "Files to follow: paths, with *, ?, [a-z] in names and ** for any folders.")
        exclude = reader.optional(
            "exclude", .list(of: .string), default: [],
            "Files not to follow: whole paths or, without a slash, names; with the same wildcards.")
        start = reader.optional(
            "start", .choice(), default: .end,
            "Where to begin in files that are there at the first run: \"beginning\", \"end\". Others: at their beginning."
        )
        maxLineBytes = reader.optional(
            "maxLineBytes", .bytes, default: 64 << 10, "A longer line is cut there, marked, and the rest passed over.")
        multiline = reader.optional("multiline", .object(), "Lines that belong together: as one event.")
        pollInterval = reader.optional(
            "pollInterval", .duration, default: .seconds(1),
            "How often to look for changes the kernel does not tell of: network file systems, new folders.")
        rotatedGrace = reader.optional(
            "rotatedGrace", .duration, default: .seconds(10),
            "How long a file is read on that was renamed out of \"paths\" or deleted.")
        openFiles = reader.optional(
            "openFiles", .integer(in: 8...65_536), default: 256,
            "Files held open at the most; others are opened when they change.")
        once = reader.optional(
            "once", .boolean, default: false, "Read what is there to its end, and stop.")
        lines = LineConfiguration(from: &reader)
        check(&reader)
    }

    private func check(_ reader: inout ConfigurationReader) {
        if paths.isEmpty { reader.problem("paths: name one file at least") }
        if !(1024...(16 << 20)).contains(maxLineBytes) {
            reader.problem("maxLineBytes: not within 1 KiB and 16 MiB; write \"64KiB\"")
        }
        if !(.milliseconds(50)...Duration.seconds(3600)).contains(pollInterval) {
            reader.problem("pollInterval: not within 50 ms and an hour; write \"1s\"")
        }
        if rotatedGrace > .seconds(86_400) { reader.problem("rotatedGrace: longer than a day; write \"10s\"") }
        if let timeout = multiline?.timeout, timeout > .seconds(600) {
            reader.problem("multiline.timeout: longer than ten minutes; write \"2s\"")
        }
    }

    /// What it means to the follower.
    func settings() -> FollowSettings {
        var settings = FollowSettings(patterns: paths.map { PathPattern(LinuxFileTree.absolute($0)) })
        settings.excluded = exclude.map { PathPattern($0) }
        settings.startsAtEnd = start == .end
        settings.lineLimit = maxLineBytes
        if let multiline, let start = multiline.start {
            settings.joining = .start(start)
            settings.joinTimeout = multiline.timeout
        } else if let continuation = lines.continuation {
            settings.joining = .continuation(Array(continuation.utf8))
        }
        (settings.grace, settings.openLimit) = (rotatedGrace, openFiles)
        return settings
    }
}
