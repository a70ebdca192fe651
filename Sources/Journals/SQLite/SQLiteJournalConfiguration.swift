public import AgentCore

extension SQLiteJournal {
    /// The members of `"journal": { "kind": "sqlite", … }` that are the engine's own.
    public struct Configuration: Configurable {
        /// When a commit counts as stored.
        public enum Synchronous: String, Sendable, CaseIterable {
            /// When the disk says so: survives a power failure.
            case full
            /// When the kernel has it: survives the end of the process; a power failure may take the last commits, and
            /// the collectors then read them again.
            case normal
        }

        public var path: String
        public var synchronous: Synchronous
        /// Most pages the file may have; nil: as many as the disk takes. No member of the configuration: it makes a
        /// disk full.
        var maximumPages: Int?

        /// A configuration made by hand.
        public init(path: String, synchronous: Synchronous = .full) {
            (self.path, self.synchronous) = (path, synchronous)
        }

        public init(from reader: inout ConfigurationReader) {
            path = reader.optional(
                "path", .path, default: "/var/lib/guestwatch/journal.db",
                "The journal's file; -wal, -shm and .lock stand beside it. Default: /var/lib/guestwatch/journal.db."
            )
            synchronous = reader.optional(
                "synchronous", .choice(), default: .full,
                "\"full\" (default): a commit survives a power failure; \"normal\": it may undo the last ones."
            )
        }
    }
}
