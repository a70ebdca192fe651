import AgentCore
import EventModel

/// Writes entries as the concatenated objects of Splunk's HTTP Event Collector.
struct SplunkEncoder {
    /// Between the time of an event and its source.
    private let afterTime: [UInt8]
    private let journal: String

    init(journal: String, host: String, _ configuration: SplunkConfiguration) {
        self.journal = journal
        var bytes: [UInt8] = []
        bytes += ",\"host\":".utf8
        bytes.appendJSONString(host)
        bytes += ",\"sourcetype\":".utf8
        bytes.appendJSONString(configuration.sourceType)
        if let index = configuration.index {
            bytes += ",\"index\":".utf8
            bytes.appendJSONString(index)
        }
        bytes += ",\"source\":\"".utf8
        afterTime = bytes
    }

    /// Appends the object of an entry; false when its bytes are no event.
    func append(_ entry: Entry, to bytes: inout [UInt8]) -> Bool {
        let members = EventMembers(entry.body)
        guard let source = members["source"], let time = members["time"].flatMap({ Timestamp(rfc3339: $0) })
        else { return false }
        bytes += "{\"time\":".utf8
        Self.append(time, to: &bytes)
        bytes += afterTime
        bytes += source
        bytes += "\",\"event\":".utf8
        EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &bytes)
        bytes.append(UInt8(ascii: "}"))
        return true
    }

    /// Seconds since 1970 with three digits after the point, as Splunk keeps them.
    private static func append(_ time: Timestamp, to bytes: inout [UInt8]) {
        let milliseconds = time.nanoseconds / 1_000_000
        if milliseconds < 0 { bytes.append(UInt8(ascii: "-")) }
        bytes.appendDecimal(Int64(milliseconds.magnitude / 1000))
        bytes.append(UInt8(ascii: "."))
        let fraction = Int64(milliseconds.magnitude % 1000)
        if fraction < 100 { bytes.append(UInt8(ascii: "0")) }
        if fraction < 10 { bytes.append(UInt8(ascii: "0")) }
        bytes.appendDecimal(fraction)
    }
}
