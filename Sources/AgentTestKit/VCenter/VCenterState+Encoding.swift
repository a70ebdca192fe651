extension VCenterState {
    /// One element per event, in the given order.
    func encoded(
        events: [StoredEvent], as element: String, order: FixtureSettings.PageOrder, hidingMessages: Bool = false,
        isDeclared: Bool = false
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(events.reduce(64) { $0 + $1.content.count + 128 })
        for event in Self.ordered(events, order) {
            bytes.append(markup: "<\(element)\(typeAttribute(event.className, isDeclared: isDeclared))>")
            bytes += hidingMessages ? Self.withoutMessage(event.content) : event.content
            bytes.append(markup: "</\(element)>")
        }
        return bytes
    }

    /// The attribute that names the type of an element; `isDeclared`: inside one that has it already.
    func typeAttribute(_ type: String, isDeclared: Bool = false) -> String {
        switch settings.wireStyle {
        case .vCenter: " xsi:type=\"\(type)\""
        case .vcsim where isDeclared: " XMLSchema-instance:type=\"\(type)\""
        case .vcsim:
            " xmlns:XMLSchema-instance=\"http://www.w3.org/2001/XMLSchema-instance\" "
                + "XMLSchema-instance:type=\"\(type)\""
        }
    }

    private static func ordered(_ events: [StoredEvent], _ order: FixtureSettings.PageOrder) -> [StoredEvent] {
        switch order {
        case .oldestFirst: return events
        case .newestFirst: return events.reversed()
        case .mixed:
            var generator = SeededGenerator(seed: UInt64(events.count))
            return events.shuffled(using: &generator)
        }
    }

    private static func withoutMessage(_ content: [UInt8]) -> [UInt8] {
        let text = String(decoding: content, as: UTF8.self)
        let parts = text.split(separator: "<fullFormattedMessage>", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return content }
        let rest = parts[1].split(separator: "</fullFormattedMessage>", maxSplits: 1, omittingEmptySubsequences: false)
        return Array((parts[0] + (rest.last ?? "")).utf8)
    }
}

/// SOAP envelopes as a server writes them.
enum SOAPEnvelope {
    private static let start =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope "
        + "xmlns:soapenc=\"http://schemas.xmlsoap.org/soap/encoding/\" "
        + "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" "
        + "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\n<soapenv:Body>\n"
    private static let end = "\n</soapenv:Body>\n</soapenv:Envelope>"

    /// The answer of an operation, around what it gives.
    static func response(to operation: String, _ content: [UInt8]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(content.count + 600)
        bytes.append(markup: "\(start)<\(operation)Response xmlns=\"urn:vim25\">")
        bytes += content
        bytes.append(markup: "</\(operation)Response>\(end)")
        return bytes
    }

    /// A fault.
    static func fault(_ fault: VimFault) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(markup: "\(start)<soapenv:Fault><faultcode>ServerFaultCode</faultcode>")
        bytes.append(element: "faultstring", fault.message)
        bytes.append(markup: "<detail><\(fault.name)Fault xmlns=\"urn:vim25\" xsi:type=\"\(fault.name)\">")
        bytes.append(markup: "\(fault.fields)</\(fault.name)Fault></detail></soapenv:Fault>\(end)")
        return bytes
    }
}
