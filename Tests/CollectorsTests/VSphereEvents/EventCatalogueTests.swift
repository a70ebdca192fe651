import AgentCore
import EventModel
import Testing

@Suite struct EventCatalogueTests {
    @Test("every type is well-formed, stands there once and has a sentence")
    func entries() {
        let entries = EventCatalogue.entries
        #expect(entries.count > 500)
        #expect(Set(entries.map(\.type)).count == entries.count)
        for entry in entries {
            #expect(TypePattern(entry.type.rawValue) != nil && entry.type.rawValue.split(separator: ".").count == 2)
            #expect(entry.sentence.hasSuffix(".") && entry.sentence.first?.isLetter == true, "\(entry.type)")
        }
    }

    @Test("a type is looked up by its name")
    func lookup() {
        #expect(EventCatalogue.sentence(of: "vm.powered-on") == "The virtual machine was powered on.")
        #expect(EventCatalogue.sentence(of: "vm.unheard-of") == nil)
    }
}
