import Testing
import VSphere

@testable import Collectors

@Suite struct TokenMemoryTests {
    private func event(_ index: Int) -> VSphereEvent {
        var event = VSphereEvent(className: "VmPoweredOnEvent")
        event.vm = EntityReference(name: "", type: "VirtualMachine", value: "vm-\(index)")
        return event
    }

    @Test("a value is made once for a token, and never given for another, however many there are")
    func values() {
        var memory = TokenMemory<String>()
        var made = 0
        for index in 0..<3000 {
            let event = event(index)
            for _ in 0..<2 {
                let value = memory.value(for: event.guestToken) {
                    made += 1
                    return "vm-\(index)"
                }
                #expect(value == event.vm?.value)
            }
        }
        #expect(made == 3000)
    }
}
