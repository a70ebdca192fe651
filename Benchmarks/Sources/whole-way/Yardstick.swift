import AgentTestKit
import CLimits
import HTTPClient
import Measuring

/// How long libxml2 alone takes for an event here and now: what tells a fast machine from a slow one.
struct Yardstick {
    private static let rounds = 60
    private static let pieceBytes = 16 << 10

    /// What the goals were set beside: libxml2's SAX2 parser with empty handlers took so long for an event of 739 bytes
    /// on the machine where govmomi's reader reads 28,000 events/s.
    static let reference = 1.32

    /// Processor time of libxml2's SAX2 parser with empty handlers for an event of the mix, in µs.
    var processorPerEvent: Double
    /// The same on the machine of the goals, as it is in proportion to the bytes.
    var referencePerEvent: Double

    init(_ mix: EventPageGenerator.Mix, events: Int = 1000) throws {
        var generator = EventPageGenerator(mix)
        let page = generator.page(events)
        var series = Series()
        for _ in 0..<Self.rounds {
            let start = Stopwatch.processor
            // SAFETY: the bytes are used only within the closure that lends them.
            let status = page.withUnsafeBytes { bytes in
                gw_limit_sax(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, Self.pieceBytes)
            }
            guard status == 0 else { throw MeasuringError("libxml2 says \(status)") }
            series.append((Stopwatch.processor - start) / Double(events) * 1e6)
        }
        processorPerEvent = series.median
        referencePerEvent = Self.reference * Double(page.count) / Double(events) / 739
    }

    /// How much slower than the machine of the goals this one is now.
    var slowness: Double { processorPerEvent / referencePerEvent }
}
