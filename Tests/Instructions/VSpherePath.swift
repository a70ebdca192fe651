import AgentCore
import AgentTestKit
import Collectors
import EventModel
import HTTPClient
import VSphere

/// A page of a vCenter → its events; its events → ours, encoded.
enum VSpherePath {
    static func decode(rounds: Int) throws {
        let page = page()
        for _ in 0..<rounds { _ = try decoded(page) }
    }

    static func translate(rounds: Int) throws {
        let foreign = try decoded(page())
        var translator = VSphereEventTranslator(source: "vsphere://measured")
        let time = Timestamp(nanoseconds: 0)
        for _ in 0..<rounds {
            var events: [Event] = []
            for event in foreign { events.append(translator.translate(event, time: time)) }
            try NoMeasure.unless(EncodedEvent.encode(events).count == Instructions.events)
        }
    }

    private static func page() -> [UInt8] {
        var generator = EventPageGenerator(.change)
        return generator.page(Instructions.events)
    }

    private static func decoded(_ page: [UInt8]) throws -> [VSphereEvent] {
        let decoder = EventPageDecoder()
        decoder.begin(HTTPResponse(status: 200))
        try NoMeasure.unless(decoder.receive(page.span.bytes))
        let events = try decoder.finish().events
        try NoMeasure.unless(events.count == Instructions.events)
        return events
    }
}
