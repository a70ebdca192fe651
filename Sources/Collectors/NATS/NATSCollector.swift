#if NATS
    package import AgentCore
    import EventModel
    import NATSClient
    import Platform

    /// Reads the events of a JetStream stream: what the hosts of a fleet deliver, for one hub or several.
    ///
    /// Alone it reads every message in the stream's order; its checkpoint is the stream's sequence, and the server
    /// keeps no state for it: as many hubs may read all as like. With `consumer` several share the work: each message
    /// goes to one of them, is acknowledged by the poll after the one that brought it (its batch is committed then),
    /// and goes to another when that did not come in time. A hub that died between commit and acknowledgement
    /// acknowledges as soon as it is back; what another was given meanwhile is in both journals, under the same source
    /// and id.
    ///
    /// Messages that are gone before they were read are told as `agent.collector-gap`, alone and without a filter each
    /// of them, otherwise those at the stream's beginning. A poll waits `wait`, and `timeout` more when the server is
    /// silent.
    package actor NATSCollector: Collector {
        package typealias Configuration = NATSCollectorConfiguration
        package static let kind = "nats"

        private nonisolated let executor: ThreadExecutor
        private let configuration: NATSCollectorConfiguration
        private let context: CollectorContext
        private var reader: NATSStreamReader?
        /// What the reader has read up to, as the last batch told it.
        private var read: NATSCheckpoint?
        /// What was acknowledged last.
        private var acknowledged: Checkpoint?

        package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

        package init(_ configuration: NATSCollectorConfiguration, in context: CollectorContext) throws {
            (self.configuration, self.context) = (configuration, context)
            executor = ThreadExecutor(name: "nats-\(context.name)")
        }

        deinit {
            executor.stop()
        }

        package func poll(after checkpoint: Checkpoint?) throws -> Batch {
            let committed = try checkpoint.map { try NATSCheckpoint($0) }
            do throws(NATSFailure) {
                return try poll(committed, checkpoint)
            } catch {
                (reader, read) = (nil, nil)
                if error.mustAct { throw CollectorError.refused(error.description) }
                throw error
            }
        }

        package func stop() {
            reader?.end()
            (reader, read) = (nil, nil)
            executor.stop()
        }

        package func probe() throws -> String {
            do throws(NATSFailure) {
                let state = try newReader().state
                return "stream \"\(configuration.stream)\" holds messages \(state.first) to \(state.last)"
            } catch {
                if error.mustAct { throw CollectorError.refused(error.description) }
                throw error
            }
        }

        private func poll(_ committed: NATSCheckpoint?, _ checkpoint: Checkpoint?) throws(NATSFailure) -> Batch {
            if reader == nil || read != committed {
                if let batch = try start(after: committed) { return batch }
            }
            guard let reader, var place = read else { return Batch(events: [], checkpoint: nil) }
            if let committed, !committed.unacknowledged.isEmpty, acknowledged != checkpoint {
                try reader.acknowledge(committed.unacknowledged)
                acknowledged = checkpoint
            }
            let messages = try reader.read()
            if messages.isEmpty { return Batch(events: [], checkpoint: nil) }
            place.unacknowledged = []
            let events = events(of: messages, after: &place)
            read = place
            return Batch(events: events, checkpoint: place.encoded())
        }

        /// Begins to read, and gives what has to be told first.
        private func start(after committed: NATSCheckpoint?) throws(NATSFailure) -> Batch? {
            (reader, read) = (nil, nil)
            let reader = try newReader()
            let state = reader.state
            let (place, told) = place(in: state, after: committed)
            try reader.begin(after: place.sequence)
            var events = told
            if let delivered = reader.delivered, told.isEmpty, delivered + 1 < state.first {
                events = [
                    translator(of: place).gap(from: delivered + 1, through: state.first - 1, at: context.clock.now())
                ]
            }
            (self.reader, read) = (reader, place)
            if !events.isEmpty, committed != place { return Batch(events: events, checkpoint: place.encoded()) }
            // A first checkpoint, so that what is dropped from now on is seen to be.
            if committed != place { return Batch(events: [], checkpoint: place.encoded()) }
            return nil
        }

        /// Where to go on in the stream as it is, and the gap if something is gone.
        private func place(
            in state: JetStream.StreamState, after committed: NATSCheckpoint?
        ) -> (NATSCheckpoint, [Event]) {
            let beginning = state.first > 0 ? state.first - 1 : 0
            guard let committed else {
                let sequence = configuration.start == .now ? state.last : beginning
                return (NATSCheckpoint(created: state.created, sequence: sequence), [])
            }
            let now = context.clock.now()
            guard committed.created == state.created, committed.sequence <= state.last else {
                let place = NATSCheckpoint(created: state.created, sequence: beginning)
                return (place, [translator(of: place).madeAnew(after: committed, at: now)])
            }
            // A shared consumer knows itself what it was given.
            guard configuration.consumer == nil, committed.sequence < beginning else { return (committed, []) }
            var place = committed
            place.sequence = beginning
            return (place, [translator(of: place).gap(from: committed.sequence + 1, through: beginning, at: now)])
        }

        private func events(of messages: [NATSStreamed], after place: inout NATSCheckpoint) -> [Event] {
            let translator = translator(of: place)
            let isShared = configuration.consumer != nil
            var events: [Event] = []
            events.reserveCapacity(messages.count)
            for message in messages {
                let sequence = message.place.sequence
                if isShared {
                    place.note(message.place)
                    place.sequence = max(place.sequence, sequence)
                } else {
                    if sequence <= place.sequence { continue }
                    if sequence > place.sequence + 1, configuration.subject == nil {
                        let time = Timestamp(nanoseconds: message.place.nanoseconds)
                        events.append(translator.gap(from: place.sequence + 1, through: sequence - 1, at: time))
                    }
                    place.sequence = sequence
                }
                events.append(translator.event(of: message))
            }
            return events
        }

        private func translator(of place: NATSCheckpoint) -> NATSTranslator {
            NATSTranslator(stream: configuration.stream, created: place.created)
        }

        private func newReader() throws(NATSFailure) -> NATSStreamReader {
            try NATSStreamReader(
                configuration, secrets: context.secrets, name: "guestwatch \(context.host.name) \(context.name)")
        }
    }
#endif
