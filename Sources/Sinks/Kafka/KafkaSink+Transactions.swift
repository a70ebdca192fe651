#if Kafka
    import AgentCore

    extension KafkaSink {
        /// One delivery as one transaction: committed whole, or aborted and never seen by those who read what is
        /// committed. A commit whose answer did not come is asked for again, and never sent a second time.
        func deliverInTransaction(
            _ entries: [Entry], until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) {
            let producer = try open()
            if case .unopened = transaction {
                try take(.open, by: producer, until: deadline)
                transaction = .ready
            }
            if case .committing(let sequences) = transaction {
                try take(.commit, by: producer, until: deadline)
                transaction = .ready
                sequences.forEach { deliveries.committed($0) }
            }
            guard entries.contains(where: { deliveries.isUnsent($0.sequence) }) else {
                return try finish()
            }
            try take(.begin, by: producer, until: deadline)
            let sent = entries.map(\.sequence).filter { deliveries.isUnsent($0) }
            do {
                try send(entries, by: producer, until: deadline)
                try waitForReports(producer, until: deadline)
            } catch {
                abort(producer)
                throw error
            }
            transaction = .committing(sent)
            try take(.commit, by: producer, until: deadline)
            transaction = .ready
            try finish()
        }

        private func waitForReports(
            _ producer: KafkaProducer, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) {
            while deliveries.isWaiting {
                note(producer.flush(milliseconds: Self.slice))
                if let failure = deliveries.failure { throw Self.error(failure) }
                if deliveries.isWaiting { try checkTime(deadline) }
            }
            if let failure = deliveries.failure { throw Self.error(failure) }
        }

        private func finish() throws(DeliveryError) {
            guard case .done(let rejected) = deliveries.next(), !rejected.isEmpty else { return }
            throw .partial(rejected: rejected)
        }

        /// Ends the transaction without a trace, and the producer with it: what it still had to tell of its messages
        /// belongs to nobody. What it cannot abort, the next producer of its name does.
        private func abort(_ producer: KafkaProducer) {
            try? producer.take(.abort)
            endProducer()
        }

        private func take(
            _ step: KafkaProducer.TransactionStep, by producer: KafkaProducer, until deadline: ContinuousClock.Instant
        ) throws(DeliveryError) {
            while true {
                do {
                    return try producer.take(step)
                } catch {
                    note(producer.flush(milliseconds: 0))
                    if error.isRetriable {
                        try checkTime(deadline)
                        continue
                    }
                    if error.needsAbort { abort(producer) } else { endProducer() }
                    throw Self.error(error.failure)
                }
            }
        }
    }
#endif
