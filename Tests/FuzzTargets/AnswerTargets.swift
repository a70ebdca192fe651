import EventModel
import HTTPClient
import VSphere

extension FuzzTarget {
    /// What vCenter answers.
    static let answers: [FuzzTarget] = [
        FuzzTarget(name: "vsphere-page", seeds: { $0.files(in: "Fixtures/vsphere-events", ".response.xml") }) { bytes in
            let decoder = EventPageDecoder()
            decoder.begin(HTTPResponse(status: 200))
            // As the network has it: in pieces, of a size the answer itself tells.
            let size = max(1, Int(bytes.first ?? 1) * 16)
            for start in stride(from: 0, to: bytes.count, by: size) {
                let piece = start..<min(start + size, bytes.count)
                guard decoder.receive(bytes.span.bytes.extracting(piece)) else { break }
            }
            guard let page = try? decoder.finish() else { return }
            for event in page.events {
                check((try? event.fields.parsed()) != nil, "the fields of an event are JSON")
            }
        }
    ]
}
