import EventModel

extension FuzzTarget {
    /// JSON, CloudEvents and times.
    static let texts: [FuzzTarget] = [
        FuzzTarget(name: "json", seeds: { $0.lines(in: "Fixtures", ".jsonl") + $0.files(in: "Fixtures", ".json") }) {
            bytes in
            for comments in [false, true] {
                guard let document = try? JSONDocument(bytes, comments: comments) else { continue }
                let value = document.root.value
                let again = try? JSONDocument(Array(JSONText(value).bytes)).root.value
                check(again == value, "what was read is written and read again as the same")
                check((try? JSONDocument(JSONWriter.indented(value)))?.root.value == value, "also indented")
            }
        },
        FuzzTarget(name: "cloud-events", seeds: { $0.lines(in: "Fixtures", "expected.jsonl") }) { bytes in
            guard let placed = try? EventDecoder.decode(bytes) else { return }
            _ = placed.event.message
            let again = try? EventDecoder.decode(EventEncoder.encode(placed.event))
            check(again?.event == placed.event, "an event that was read is written and read again as the same")
        },
        FuzzTarget(
            name: "timestamp",
            seeds: { _ in ["2026-11-21T06:18:00.123456789+02:00", "1677-09-21T00:12:44Z"].map { Array($0.utf8) } }
        ) { bytes in
            guard let time = Timestamp(rfc3339: bytes) else { return }
            check(
                Timestamp(rfc3339: time.rfc3339) == time, "a time that was read is written and read again as the same")
        },
    ]
}
