package import EventModel

extension Event {
    /// When the first one happened: lately, so that nothing is too old for any destination.
    private static let begin = Int64(Stopwatch.date) * 1_000_000_000

    /// What a vCenter says of a guest: some 500 bytes as CloudEvents JSON, its id made of the number.
    package static func measured(_ number: Int) -> Event {
        let words = "Virtual machine web-\(number % 977) on esx-\(number % 31).example in Datacenter is powered on"
        let filling = String(repeating: "\(number % 9973) ", count: 32).prefix(96)
        return Event(
            id: "measured-\(number)", source: "vsphere://measured", type: "vm.powered-on",
            time: Timestamp(nanoseconds: begin + Int64(number % 1_000_000_000) * 1000),
            guest: Guest(
                kind: .vm, id: "vm-\(number % 977)", name: "web-\(number % 977)", host: "esx-\(number % 31).example"),
            data: JSONText([
                "message": .string(words), "key": .number("\(number)"), "userName": .string("root \(filling)"),
            ]))
    }
}
