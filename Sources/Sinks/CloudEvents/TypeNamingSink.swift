package import AgentCore

/// A sink that gets events with their types named as `TypeNaming` says: around any sink.
///
/// Only `type` in an entry's body is another, and `eventclass` stands after it: ids, order, filters and the routing by
/// `Entry.type` are what they are without it.
package struct TypeNamingSink<Inner: Sink>: Sink {
    package typealias Configuration = Inner.Configuration
    package static var kind: String { Inner.kind }
    package static var traits: SinkTraits { Inner.traits }

    private let inner: Inner
    private let naming: TypeNaming

    package init(_ inner: Inner, naming: TypeNaming) {
        (self.inner, self.naming) = (inner, naming)
    }

    /// Around a sink of this configuration, with types named as VEBA and Tanzu did.
    package init(_ configuration: Configuration, in context: SinkContext) throws {
        self.init(try Inner(configuration, in: context), naming: .vmware)
    }

    package func deliver(_ entries: [Entry]) async throws(DeliveryError) {
        try await inner.deliver(named(entries))
    }

    package func prepare(_ entries: [Entry]) async {
        await inner.prepare(named(entries))
    }

    package func stop() async {
        await inner.stop()
    }

    private func named(_ entries: [Entry]) -> [Entry] {
        var entries = entries
        for index in entries.indices { entries[index].body = naming.named(entries[index].body) }
        return entries
    }
}
