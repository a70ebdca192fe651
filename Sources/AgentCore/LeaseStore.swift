/// Where agents that may do the same work agree on who does it: one small value that changes only when whoever changes
/// it knew the value before. A JetStream key-value bucket and etcd are such stores.
///
/// No store's own expiry is used: the value holds the shared checkpoint, which must stay.
public protocol LeaseStore: Sendable {
    associatedtype Configuration: Configurable
    /// The word in `collectors.json`.
    static var kind: String { get }

    /// Makes a store without touching it. Throws what is wrong with the configuration as a whole.
    init(_ configuration: Configuration, in context: CollectorContext) throws

    /// The value as it is; nil when there is none yet. Throws when the store cannot be reached.
    func read() async throws -> LeaseValue?

    /// Puts a value in place of the one with that revision (nil: of none). Gives the new revision; nil when another was
    /// quicker. After a throw it may or may not have happened.
    func write(_ bytes: [UInt8], replacing revision: UInt64?) async throws -> UInt64?

    /// Gives back what it holds. It may be used again, and then connects anew.
    func close() async
}

/// A value of a lease store.
public struct LeaseValue: Sendable, Hashable {
    public var bytes: [UInt8]
    /// Another one after each change.
    public var revision: UInt64

    public init(bytes: [UInt8], revision: UInt64) {
        (self.bytes, self.revision) = (bytes, revision)
    }
}
