import EventModel

/// A call of an operation of vim25, as the XML that is sent.
///
/// Pure: what is in a request depends on the arguments alone.
struct SOAPRequest: Sendable, Hashable {
    /// The operation: `ReadNextEvents`.
    let operation: StaticName
    /// The whole envelope.
    let body: [UInt8]

    /// The name of an operation, comparable.
    struct StaticName: Sendable, Hashable, CustomStringConvertible {
        let description: String
    }

    private init(
        _ operation: StaticString, of object: ManagedObjectReference, _ arguments: (inout XMLWriter) -> Void = { _ in }
    ) {
        self.operation = StaticName(description: operation.description)
        var writer = XMLWriter()
        writer.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")
        writer.raw("<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\">")
        writer.raw("<soapenv:Body>")
        writer.element(operation, namespace: "urn:vim25") { writer in
            writer.element("_this", object)
            arguments(&writer)
        }
        writer.raw("</soapenv:Body></soapenv:Envelope>")
        body = writer.bytes
    }

    /// Whether the server may do it twice. Sessions, collectors and filters would be left behind; a read moves on.
    var isRepeatable: Bool { !Self.once.contains(operation.description) }

    private static let once: Set<String> = [
        "Login", "CreateCollectorForEvents", "CreateFilter", "ReadNextEvents", "ReadPreviousEvents",
    ]

    /// The one object whose name every client knows.
    static let serviceInstance = ManagedObjectReference(type: "ServiceInstance", value: "ServiceInstance")
}

// The service and its session.
extension SOAPRequest {
    /// What the server is and where its services are; needs no session.
    static let retrieveServiceContent = SOAPRequest("RetrieveServiceContent", of: serviceInstance)

    /// The server's clock.
    static let currentTime = SOAPRequest("CurrentTime", of: serviceInstance)

    /// Opens a session. The one request with a secret in it.
    static func login(_ sessionManager: ManagedObjectReference, _ credentials: VSphereCredentials) -> SOAPRequest {
        SOAPRequest("Login", of: sessionManager) { writer in
            writer.element("userName", credentials.userName)
            writer.element("password", credentials.password)
        }
    }

    /// Ends the session.
    static func logout(_ sessionManager: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("Logout", of: sessionManager)
    }
}

// Events.
extension SOAPRequest {
    /// Makes a collector.
    static func createCollectorForEvents(
        _ eventManager: ManagedObjectReference, _ filter: EventFilterSpec
    ) -> SOAPRequest {
        SOAPRequest("CreateCollectorForEvents", of: eventManager) { $0.filter(filter) }
    }

    /// Reads events without a collector.
    static func queryEvents(_ eventManager: ManagedObjectReference, _ filter: EventFilterSpec) -> SOAPRequest {
        SOAPRequest("QueryEvents", of: eventManager) { $0.filter(filter) }
    }

    /// Says how many events the latest page holds.
    static func setCollectorPageSize(_ collector: ManagedObjectReference, _ count: Int) -> SOAPRequest {
        SOAPRequest("SetCollectorPageSize", of: collector) { $0.element("maxCount", String(count)) }
    }

    /// Reads towards the newest.
    static func readNextEvents(_ collector: ManagedObjectReference, _ maximum: Int) -> SOAPRequest {
        SOAPRequest("ReadNextEvents", of: collector) { $0.element("maxCount", String(maximum)) }
    }

    /// Reads towards the oldest.
    static func readPreviousEvents(_ collector: ManagedObjectReference, _ maximum: Int) -> SOAPRequest {
        SOAPRequest("ReadPreviousEvents", of: collector) { $0.element("maxCount", String(maximum)) }
    }

    /// Moves before the oldest event.
    static func rewindCollector(_ collector: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("RewindCollector", of: collector)
    }

    /// Moves to just before the latest page.
    static func resetCollector(_ collector: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("ResetCollector", of: collector)
    }

    /// Frees a collector.
    static func destroyCollector(_ collector: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("DestroyCollector", of: collector)
    }
}

// Properties.
extension SOAPRequest {
    /// Reads properties of one object.
    static func retrieveProperties(
        _ collector: ManagedObjectReference, of object: ManagedObjectReference, _ paths: [String]
    ) -> SOAPRequest {
        SOAPRequest("RetrievePropertiesEx", of: collector) { writer in
            writer.element("specSet") { $0.propertyFilter(of: object, paths) }
            writer.element("options", "")
        }
    }

    /// Has changes of properties of one object reported to WaitForUpdatesEx.
    static func createFilter(
        _ collector: ManagedObjectReference, on object: ManagedObjectReference, _ paths: [String]
    ) -> SOAPRequest {
        SOAPRequest("CreateFilter", of: collector) { writer in
            writer.element("spec") { $0.propertyFilter(of: object, paths) }
            writer.element("partialUpdates", "false")
        }
    }

    /// Waits for changes since `version`; an empty one asks for the state of now.
    static func waitForUpdates(
        _ collector: ManagedObjectReference, version: String, atMost seconds: Int
    ) -> SOAPRequest {
        SOAPRequest("WaitForUpdatesEx", of: collector) { writer in
            writer.element("version", version)
            writer.element("options") { $0.element("maxWaitSeconds", String(seconds)) }
        }
    }

    /// Ends a wait in progress.
    static func cancelWaitForUpdates(_ collector: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("CancelWaitForUpdates", of: collector)
    }

    /// Ends the reports of a filter.
    static func destroyPropertyFilter(_ filter: ManagedObjectReference) -> SOAPRequest {
        SOAPRequest("DestroyPropertyFilter", of: filter)
    }
}

extension XMLWriter {
    fileprivate mutating func propertyFilter(of object: ManagedObjectReference, _ paths: [String]) {
        element("propSet") { writer in
            writer.element("type", object.type)
            for path in paths { writer.element("pathSet", path) }
        }
        element("objectSet") { $0.element("obj", object) }
    }

    /// The order of the parts is that of vim25's schema; servers insist on it.
    fileprivate mutating func filter(_ filter: EventFilterSpec) {
        element("filter") { writer in
            if let entity = filter.entity {
                writer.element("entity") { writer in
                    writer.element("entity", entity)
                    writer.element("recursion", filter.recursion.rawValue)
                }
            }
            if filter.begin != nil || filter.end != nil {
                writer.element("time") { writer in
                    writer.element("beginTime", filter.begin?.rfc3339)
                    writer.element("endTime", filter.end?.rfc3339)
                }
            }
            if !filter.userNames.isEmpty || filter.systemUser != nil {
                writer.element("userName") { writer in
                    writer.element("systemUser", String(filter.systemUser ?? false))
                    for name in filter.userNames { writer.element("userList", name) }
                }
            }
            writer.element("eventChainId", filter.chainId.map { String($0) })
            writer.element("disableFullMessage", filter.disableFullMessage.map { String($0) })
            for category in filter.categories { writer.element("category", category) }
            for id in filter.eventTypeIds { writer.element("eventTypeId", id) }
            writer.element("maxCount", filter.maximumCount.map { String($0) })
            writer.element("delayedInit", filter.delayedInit.map { String($0) })
        }
    }
}
