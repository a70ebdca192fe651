#if Kafka
    /// What became of the messages of one sink: decides, without touching anything, what is to be sent and what a
    /// delivery has come to.
    ///
    /// A message that was handed to the producer stays with it when a delivery ran out of time: the producer goes on
    /// trying under the same producer id and number, which the broker knows again. So a delivery that comes again waits
    /// for the messages that are on their way, and does not send them a second time.
    struct KafkaDeliveries: Equatable {
        /// What a delivery is to do next.
        enum Step: Equatable {
            /// Wait for reports.
            case wait
            /// The producer is of no use any more: make another and send what is left. One by one, if `alone`.
            case begin(alone: Bool)
            case fail(KafkaFailure)
            /// All were delivered but these.
            case done(rejected: [UInt64: String])
        }

        /// Handed to the producer, without a report.
        private(set) var pending: Set<UInt64> = []
        /// Delivered, though the delivery they came with was not done.
        private var delivered: Set<UInt64> = []
        private var rejected: [UInt64: String] = [:]
        /// What ended the producer's work, since the last `begin` or producer.
        private(set) var failure: KafkaFailure?
        /// A broker refused some message of a batch: each is sent alone now, until that one is found.
        private(set) var isAlone = false
        /// The entries of this delivery.
        private var wanted: Set<UInt64> = []

        /// A delivery of these entries begins. What is known of others is forgotten, but that they are on their way.
        mutating func begin(_ sequences: [UInt64]) {
            wanted = Set(sequences)
            delivered.formIntersection(wanted)
            rejected = rejected.filter { wanted.contains($0.key) }
        }

        /// Whether an entry is still to be handed to the producer.
        func isUnsent(_ sequence: UInt64) -> Bool {
            !pending.contains(sequence) && !delivered.contains(sequence) && rejected[sequence] == nil
        }

        /// A message was handed to the producer.
        mutating func sent(_ sequence: UInt64) {
            pending.insert(sequence)
        }

        /// The library itself refuses a message, before any broker saw it.
        mutating func refused(_ sequence: UInt64, _ failure: KafkaFailure) {
            rejected[sequence] = failure.reason
        }

        /// The report of a message came: delivered, or why not.
        mutating func reported(_ sequence: UInt64, _ failure: KafkaFailure?) {
            pending.remove(sequence)
            guard let failure else {
                if wanted.contains(sequence) { delivered.insert(sequence) }
                return
            }
            // Alone, or with nobody it could have been refused for.
            if failure.kind == .message, isAlone || wanted == [sequence] { rejected[sequence] = failure.reason }
            failed(failure)
        }

        /// A transaction that holds this message was committed.
        mutating func committed(_ sequence: UInt64) {
            pending.remove(sequence)
            if wanted.contains(sequence) { delivered.insert(sequence) }
        }

        /// Whether reports of this delivery's messages are missing.
        var isWaiting: Bool { !pending.isDisjoint(with: wanted) }

        /// The producer failed as a whole. The first cause is kept: what comes after follows from it.
        mutating func failed(_ failure: KafkaFailure) {
            if self.failure == nil || self.failure?.kind == .passing { self.failure = failure }
        }

        /// The producer is gone, with all that it had: what was on its way is to be sent again.
        mutating func producerEnded() {
            pending = []
            failure = nil
        }

        /// What to do now. After `begin` the caller ends the producer.
        mutating func next() -> Step {
            if let failure {
                guard failure.kind == .message else { return .fail(failure) }
                isAlone = true
                return .begin(alone: true)
            }
            if isWaiting { return .wait }
            let rejected = rejected
            self = KafkaDeliveries(pending: pending)
            return .done(rejected: rejected)
        }

        init() {}

        private init(pending: Set<UInt64>) {
            self.pending = pending
        }
    }
#endif
