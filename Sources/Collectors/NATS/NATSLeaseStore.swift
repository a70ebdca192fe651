#if NATS
    package import AgentCore
    import NATSClient
    import Platform

    /// A lease in a JetStream key-value bucket: one key, changed only by who knew its last revision.
    ///
    /// The bucket is made if it is missing. Works on a thread of its own; each call takes `timeout` at the most, twice
    /// that when it connects.
    package actor NATSLeaseStore: LeaseStore {
        package typealias Configuration = NATSLeaseConfiguration
        package static let kind = "nats"

        private nonisolated let executor: ThreadExecutor
        private let configuration: NATSLeaseConfiguration
        private let context: CollectorContext
        private var connected: JetStream?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: NATSLeaseConfiguration, in context: CollectorContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "lease-\(context.name)")
        }

        deinit {
            executor.stop()
        }

        package func read() throws -> LeaseValue? {
            try attempt { jetStream throws(NATSFailure) in
                let stored = try jetStream.last(of: subject, in: "KV_\(configuration.bucket)")
                return stored.map { LeaseValue(bytes: $0.payload, revision: $0.sequence) }
            }
        }

        package func write(_ bytes: [UInt8], replacing revision: UInt64?) throws -> UInt64? {
            try attempt { jetStream throws(NATSFailure) in
                do throws(NATSFailure) {
                    return try jetStream.store(bytes, as: subject, last: revision ?? 0)
                } catch  where error.isAnswer(NATSFailure.Number.wrongLastSequence) {
                    return nil
                }
            }
        }

        package func close() {
            connected = nil
        }

        private var subject: String { "$KV.\(configuration.bucket).\(configuration.key)" }

        private func attempt<Result>(_ body: (JetStream) throws(NATSFailure) -> Result) throws -> Result {
            do throws(NATSFailure) {
                return try body(try jetStream())
            } catch {
                connected = nil
                if error.mustAct { throw CollectorError.refused("the lease: \(error)") }
                throw error
            }
        }

        private func jetStream() throws(NATSFailure) -> JetStream {
            if let connected, !connected.link.isClosed { return connected }
            let name = "guestwatch \(context.host.name) \(context.name) lease"
            let jetStream = JetStream(
                try NATSLink(configuration.endpoint, secrets: context.secrets, name: name))
            if try jetStream.stream("KV_\(configuration.bucket)") == nil {
                try jetStream.createBucket(configuration.bucket, replicas: configuration.replicas)
            }
            connected = jetStream
            return jetStream
        }
    }
#endif
