#if Kafka
    import Testing

    @testable import Sinks

    @Suite("What became of the messages of a kafka sink")
    struct KafkaDeliveriesTests {
        let held = KafkaFailure(kind: .held, reason: "no permission")
        let large = KafkaFailure(kind: .message, reason: "too large")

        @Test("a message on its way is waited for when its entry comes again, and sent once")
        func waiting() {
            var deliveries = KafkaDeliveries()
            deliveries.begin([1, 2])
            #expect(deliveries.isUnsent(1) && deliveries.isUnsent(2))
            deliveries.sent(1)
            deliveries.sent(2)
            deliveries.reported(1, nil)
            #expect(deliveries.next() == .wait)
            deliveries.begin([1, 2, 3])
            #expect([1, 2, 3].filter { deliveries.isUnsent($0) } == [3])
            deliveries.sent(3)
            deliveries.reported(3, nil)
            deliveries.reported(2, nil)
            #expect(deliveries.next() == .done(rejected: [:]))
            deliveries.begin([1])
            #expect(deliveries.isUnsent(1))
        }

        @Test("the first cause is told, not what follows from it; a cause that passes gives way")
        func causes() {
            var deliveries = KafkaDeliveries()
            deliveries.begin([1, 2])
            deliveries.sent(1)
            deliveries.sent(2)
            deliveries.reported(1, KafkaFailure(kind: .passing, reason: "purged"))
            deliveries.reported(2, held)
            #expect(deliveries.next() == .fail(held))
            deliveries.producerEnded()
            deliveries.begin([1, 2])
            #expect(deliveries.isUnsent(1) && deliveries.isUnsent(2))
        }

        @Test("a refused message is looked for one by one; only that one is rejected")
        func alone() {
            var deliveries = KafkaDeliveries()
            deliveries.begin([1, 2])
            deliveries.sent(1)
            deliveries.sent(2)
            deliveries.reported(1, large)
            deliveries.reported(2, large)
            #expect(deliveries.next() == .begin(alone: true))
            deliveries.producerEnded()
            #expect(deliveries.isUnsent(1) && deliveries.isUnsent(2))
            deliveries.sent(1)
            deliveries.sent(2)
            deliveries.reported(1, nil)
            deliveries.reported(2, large)
            #expect(deliveries.next() == .begin(alone: true))
            deliveries.producerEnded()
            #expect(!deliveries.isUnsent(1) && !deliveries.isUnsent(2))
            #expect(deliveries.next() == .done(rejected: [2: "too large"]))
            #expect(!deliveries.isAlone)
        }
    }
#endif
