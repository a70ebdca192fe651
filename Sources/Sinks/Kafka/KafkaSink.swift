#if Kafka
    package import AgentCore
    import CRdkafka
    import Platform

    /// Writes each event as one message to a Kafka topic, in the order of the sequence within a partition.
    ///
    /// A delivery returns when every message of it is acknowledged by all in-sync replicas (`acks=all`). The producer
    /// is idempotent, and never gives a message up by itself: through any outage the same message is tried under the
    /// same producer id and number, so the broker keeps it once; a delivery that ran out of time is retryable, and when
    /// its entries come again they are waited for, not sent again. Limits: a producer id lives as long as the process
    /// and until the brokers refuse what it sends, so after a crash, or an error that ends the producer, what was on
    /// its way comes again; consumers know it by the header `ce_id` (with `ce_source`). With a `transactionalId` a
    /// delivery is one transaction, and consumers that read only what is committed never see a part of one.
    ///
    /// A message that is refused for its size or its content is a dead letter alone: the rest is sent one by one until
    /// it is found. Refused credentials, missing permissions and unknown topics are held.
    package actor KafkaSink: Sink {
        package typealias Configuration = KafkaSinkConfiguration
        package static let kind = "kafka"

        /// So long a call of the library waits at the most before it is looked whether to go on.
        static let slice: Int32 = 100

        /// Where a transactional producer is.
        enum Transaction {
            case unopened, ready
            /// The answer to a commit of these entries did not come in time.
            case committing([UInt64])
        }

        let configuration: KafkaSinkConfiguration
        private let context: SinkContext
        private nonisolated let executor: ThreadExecutor
        private let encoder: KafkaEncoder
        var deliveries = KafkaDeliveries()
        var producer: KafkaProducer?
        var transaction = Transaction.unopened
        /// The last trouble with the brokers, for the reason of a delivery that ran out of time.
        private var trouble: KafkaFailure?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: KafkaSinkConfiguration, in context: SinkContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "sink-\(context.name)")
            encoder = KafkaEncoder(mode: configuration.mode, journal: context.journal)
        }

        deinit {
            executor.stop()
        }

        package func deliver(_ entries: [Entry]) throws(DeliveryError) {
            let deadline = ContinuousClock.now + configuration.timeout
            deliveries.begin(entries.map(\.sequence))
            if configuration.transactionalID != nil {
                return try deliverInTransaction(entries, until: deadline)
            }
            while true {
                let producer = try open()
                let isAlone = deliveries.isAlone
                try send(entries, by: producer, until: deadline)
                switch try settle(producer, until: deadline) {
                case .done(let rejected):
                    // One that sends messages alone is too slow for what comes next.
                    if isAlone { endProducer() }
                    guard rejected.isEmpty else { throw .partial(rejected: rejected) }
                    return
                case .fail(let failure):
                    endProducer()
                    throw Self.error(failure)
                case .begin, .wait:
                    endProducer()
                    try checkTime(deadline)
                }
            }
        }

        package func stop() {
            endProducer()
            executor.stop()
        }

        /// The producer there is, or a new one.
        func open() throws(DeliveryError) -> KafkaProducer {
            if let producer { return producer }
            do {
                let settings = try settings()
                let producer = try KafkaProducer(topic: configuration.topic, settings: settings)
                self.producer = producer
                trouble = nil
                return producer
            } catch let failure as KafkaFailure {
                throw Self.error(failure)
            } catch {
                throw .held(reason: "\(error)")
            }
        }

        func endProducer() {
            if let reports = producer?.end() { note(reports) }
            producer = nil
            transaction = .unopened
            deliveries.producerEnded()
        }

        /// Hands over what is not on its way yet. A full queue is waited for.
        func send(
            _ entries: [Entry], by producer: KafkaProducer, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) {
            for entry in entries where deliveries.isUnsent(entry.sequence) {
                let message = encoder.message(of: entry)
                while true {
                    let code = producer.send(message, sequence: entry.sequence)
                    if code == RD_KAFKA_RESP_ERR_NO_ERROR {
                        deliveries.sent(entry.sequence)
                        break
                    }
                    let failure = KafkaFailure(code, nil)
                    if failure.kind == .message {
                        deliveries.refused(entry.sequence, failure)
                        break
                    }
                    note(producer.flush(milliseconds: Self.slice))
                    // A producer that was ended by an error takes nothing any more: its cause is in the reports.
                    if code != RD_KAFKA_RESP_ERR__QUEUE_FULL {
                        deliveries.failed(failure)
                        return
                    }
                    try checkTime(deadline)
                }
            }
        }

        /// Waits until there is something to do or to say.
        func settle(
            _ producer: KafkaProducer, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) -> KafkaDeliveries.Step {
            while true {
                note(producer.flush(milliseconds: Self.slice))
                let step = deliveries.next()
                guard step == .wait else { return step }
                try checkTime(deadline)
            }
        }

        /// Throws when a delivery has to be given up; what is on its way stays so.
        func checkTime(_ deadline: ContinuousClock.Instant) throws(DeliveryError) {
            if let trouble, trouble.kind == .held {
                self.trouble = nil
                throw .held(reason: trouble.reason)
            }
            if Task.isCancelled { throw .retryable(reason: "given up before the brokers answered") }
            guard ContinuousClock.now >= deadline else { return }
            let why = trouble.map { ": \($0.reason)" } ?? ""
            throw .retryable(reason: "no acknowledgement within \(configuration.timeout)\(why)")
        }

        func note(_ reports: KafkaProducer.Reports) {
            if let fatal = reports.fatal { deliveries.failed(fatal) }
            for report in reports.messages {
                deliveries.reported(report.sequence, report.failure)
                if report.failure == nil { trouble = nil }
            }
            reports.messages.removeAll(keepingCapacity: true)
            if let trouble = reports.trouble { self.trouble = trouble }
            reports.trouble = nil
        }

        static func error(_ failure: KafkaFailure) -> DeliveryError {
            switch failure.kind {
            case .held: .held(reason: failure.reason)
            case .message: .refused(reason: failure.reason)
            case .passing: .retryable(reason: failure.reason)
            }
        }

        private func settings() throws(SecretError) -> [KafkaConnection.Setting] {
            var settings = [
                KafkaConnection.Setting("client.id", "guestwatch"),
                // The order of a partition: nothing may follow a message that was not delivered.
                .init("enable.idempotence", "true"), .init("enable.gapless.guarantee", "true"), .init("acks", "all"),
                .init("message.max.bytes", "\(configuration.maxMessage)"),
                .init("compression.codec", configuration.compression.rawValue),
                .init("topic.metadata.propagation.max.ms", "\(configuration.timeout.wholeMilliseconds / 2)"),
                .init("reconnect.backoff.max.ms", "1000"),
                // As every other client of Kafka: the same guest is in the same partition, whoever wrote it.
                .init("partitioner", "murmur2_random"),
            ]
            if let id = configuration.transactionalID {
                settings.append(.init("transactional.id", id))
            } else {
                settings.append(.init("message.timeout.ms", "0"))
            }
            settings += try configuration.connection.settings(context.secrets)
            if deliveries.isAlone { settings.append(.init("batch.num.messages", "1")) }
            return settings
        }
    }

    extension Duration {
        /// The library's unit of time.
        var wholeMilliseconds: Int64 {
            components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000
        }
    }
#endif
