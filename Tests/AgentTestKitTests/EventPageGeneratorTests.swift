import AgentTestKit
import Testing

@Suite struct EventPageGeneratorTests {
    @Test(
        "a page has the size per event measured on real servers",
        arguments: [(EventPageGenerator.Mix.power, 739), (.change, 1075)])
    func size(mix: EventPageGenerator.Mix, bytesPerEvent: Int) throws {
        var generator = EventPageGenerator(mix, seed: 7)
        let page = generator.page(2000)
        #expect(abs(page.count / 2000 - bytesPerEvent) < bytesPerEvent / 12, "\(page.count / 2000) bytes per event")
        let events = try #require(XMLTree(page)?.first("ReadNextEventsResponse")).all("returnval")
        #expect(events.count == 2000)
        #expect(events.compactMap(\.key) == Array(1...2000))
        #expect(Set(events.compactMap { $0.attributes["type"] }).count >= 20)
    }

    @Test("the same seed makes the same page, another seed another")
    func seeds() {
        var (one, same, other) = (EventPageGenerator(seed: 3), EventPageGenerator(seed: 3), EventPageGenerator(seed: 4))
        let page = one.page(100)
        #expect(page == same.page(100))
        #expect(page != other.page(100))
    }
}
