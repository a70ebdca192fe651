#if Kafka
    import AgentCore
    import Testing

    @testable import Collectors

    @Suite("Where a partition of Kafka is begun")
    struct KafkaPlacesTests {
        let partition = KafkaPartition(topic: "events", number: 3)

        @Test(
            "at the farther of our place and the group's; what Kafka holds no more is told",
            arguments: [
                // ours, the group's, what Kafka holds, begin at the beginning or now, expected
                (nil, nil, 5..<9, .beginning, .init(offset: 5)), (nil, nil, 5..<9, .now, .init(offset: 9)),
                (7, nil, 5..<9, .now, .init(offset: 7)), (nil, 6, 5..<9, .now, .init(offset: 6)),
                (8, 6, 5..<9, .beginning, .init(offset: 8)), (6, 8, 5..<9, .beginning, .init(offset: 8)),
                (9, 9, 5..<9, .beginning, .init(offset: 9)), (5, nil, 5..<9, .beginning, .init(offset: 5)),
                (2, 3, 5..<9, .beginning, .init(offset: 5, lost: 3..<5)),
                (10, 6, 5..<9, .beginning, .init(offset: 5, isAnew: true)),
                (0, nil, 0..<0, .now, .init(offset: 0)),
            ] as [(Int64?, Int64?, Range<Int64>, KafkaCollectorConfiguration.Start, KafkaPlaces.Start)])
        func start(
            own: Int64?, group: Int64?, held: Range<Int64>, start: KafkaCollectorConfiguration.Start,
            expected: KafkaPlaces.Start
        ) {
            var places = KafkaPlaces()
            places.next[partition] = own
            #expect(places.start(of: partition, group: group, held: held, without: start) == expected)
        }

        @Test("a checkpoint is read as it was written, whatever the topics are called")
        func checkpoint() throws {
            var places = KafkaPlaces()
            places.next[partition] = .max
            places.next[KafkaPartition(topic: "events", number: 10)] = 0
            places.next[KafkaPartition(topic: "a\"b\\", number: .max)] = 5
            #expect(try KafkaPlaces(places.checkpoint) == places)
            #expect(
                String(decoding: places.checkpoint.bytes, as: UTF8.self)
                    == #"{"topics":{"a\"b\\":[[2147483647,5]],"events":[[3,9223372036854775807],[10,0]]}}"#)
            #expect(try KafkaPlaces(KafkaPlaces().checkpoint) == KafkaPlaces())
        }
    }
#endif
