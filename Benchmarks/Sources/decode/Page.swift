import CLimits
import HTTPClient
import Measuring
import VSphere

/// An answer to ReadNextEvents that is decoded, fed in pieces as they come from the network.
struct Page {
    private static let pieceBytes = 16 << 10

    var name: String
    var bytes: [UInt8]
    var events: Int

    var title: String { "\(name), \(Figures.fixed(Double(bytes.count) / Double(events), 0)) bytes" }

    /// Makes events of it, by our decoder.
    func decode() async throws -> Cost {
        var decoded: [VSphereEvent] = []
        let cost = try await Cost(of: events) {
            let decoder = EventPageDecoder()
            decoder.begin(HTTPResponse(status: 200))
            for piece in pieces {
                guard decoder.receive(bytes.span.bytes.extracting(piece)) else { break }
            }
            decoded = try decoder.finish().events
        }
        guard decoded.count == events, decoded.allSatisfy({ $0.damage == nil }) else {
            throw MeasuringError("\(name): \(decoded.count) of \(events) events, or damaged ones")
        }
        return cost
    }

    /// Lets libxml2 go over it.
    func scan() async throws -> Cost {
        try await Cost(of: events) {
            // SAFETY: the bytes are used only within the closure that lends them.
            let status = bytes.withUnsafeBytes { bytes in
                gw_limit_sax(bytes.bindMemory(to: CChar.self).baseAddress, bytes.count, Self.pieceBytes)
            }
            guard status == 0 else { throw MeasuringError("\(name): libxml2 says \(status)") }
        }
    }

    private var pieces: [Range<Int>] {
        stride(from: 0, to: bytes.count, by: Self.pieceBytes).map { $0..<min($0 + Self.pieceBytes, bytes.count) }
    }
}
