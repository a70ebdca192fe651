import EventModel

extension VCenterState {
    /// `RetrievePropertiesEx` over the objects a client of events asks for.
    func retrieveProperties(_ call: VCenterCall, now: Timestamp) throws(VimFault) -> VCenterOutcome {
        let session = call.cookie.flatMap { sessions[$0] }
        if session == nil, settings.propertiesWithoutSession == .fault {
            throw .notAuthenticated(call.this.type, call.this.value)
        }
        var objects: [UInt8] = []
        let isEx = call.operation == "RetrievePropertiesEx"
        for spec in call.arguments.all("specSet") {
            for object in spec.all("objectSet").compactMap({ $0["obj"] }) {
                let type = object.attributes["type"] ?? ""
                let paths = spec.all("propSet").filter { $0["type"]?.text == type }.flatMap { $0.all("pathSet") }
                objects.append(markup: isEx ? "<objects>" : "<returnval>")
                objects.append(reference: "obj", type, object.text)
                try appendProperties(
                    paths.map(\.text), of: (type, object.text), for: session, now: now, to: &objects)
                objects.append(markup: isEx ? "</objects>" : "</returnval>")
            }
        }
        return .answer(isEx ? Array("<returnval>".utf8) + objects + Array("</returnval>".utf8) : objects)
    }

    private func appendProperties(
        _ paths: [String], of object: (type: String, value: String), for session: VCenterSession?, now: Timestamp,
        to bytes: inout [UInt8]
    ) throws(VimFault) {
        var missing: [UInt8] = []
        for path in paths {
            if let session {
                guard let value = try value(of: path, of: object, for: session, now: now) else { continue }
                bytes.append(markup: "<propSet>")
                bytes.append(element: "name", path)
                bytes += value
                bytes.append(markup: "</propSet>")
            } else {
                let fault = VimFault.notAuthenticated(object.type, object.value)
                missing.append(markup: "<missingSet>")
                missing.append(element: "path", path)
                missing.append(markup: "<fault><fault\(typeAttribute(fault.name))>\(fault.fields)</fault>")
                missing.append(markup: "</fault></missingSet>")
            }
        }
        bytes += missing
    }

    /// The `val` element of a property; nil when it has no value now.
    private func value(
        of path: String, of object: (type: String, value: String), for session: VCenterSession, now: Timestamp
    ) throws(VimFault) -> [UInt8]? {
        switch (object.type, path) {
        case ("EventManager", "maxCollector"): return encoded(val: "\(settings.maxCollector)", "xsd:int")
        case ("EventManager", "latestEvent"):
            guard settings.hasLatestEvent, let event = store.last else { return nil }
            return encoded(events: [event], as: "val", order: .oldestFirst)
        case ("EventManager", "description.eventInfo"): return eventDescriptions()
        case ("SessionManager", "currentSession"):
            return encoded(val: "UserSession", content: Self.encoded(session))
        case ("SessionManager", "sessionList"):
            let all = sessions.values.sorted { $0.key < $1.key }.map { "<UserSession>".utf8 + Self.encoded($0) }
            return encoded(
                val: "ArrayOfUserSession", content: all.flatMap { Array($0) + Array("</UserSession>".utf8) })
        case ("EventHistoryCollector", _):
            guard let collector = session.collectors[object.value] else {
                throw .notFound(object.type, object.value)
            }
            if path == "initialized" { return encoded(val: "\(isInitialized(collector, now: now))", "xsd:boolean") }
            guard path == "latestPage" else { throw .invalidProperty(path) }
            return encoded(val: "ArrayOfEvent", content: encodedPage(latestPage(of: collector, now: now)))
        case (_, "name"):
            guard let entity = settings.inventory.entities[object.value] else {
                throw .notFound(object.type, object.value)
            }
            return encoded(val: entity.name, "xsd:string")
        default: throw .invalidProperty(path)
        }
    }

    /// The inside of an `ArrayOfEvent`.
    func encodedPage(_ events: [StoredEvent]) -> [UInt8] {
        encoded(
            events: events, as: "Event", order: settings.latestPageOrder ?? settings.pageOrder, isDeclared: true)
    }

    /// A `val` element with elements inside.
    func encoded(val type: String, content: [UInt8]) -> [UInt8] {
        Array("<val\(typeAttribute(type))>".utf8) + content + Array("</val>".utf8)
    }

    private func encoded(val text: String, _ type: String) -> [UInt8] {
        encoded(val: type, content: Array(text.xmlEscaped.utf8))
    }

    /// `EventDescriptionEventDetail` for each class in the store, as the events say it.
    private func eventDescriptions() -> [UInt8] {
        var seen: Set<String> = []
        var content: [UInt8] = []
        for event in store.events(from: 0) where seen.insert(event.className).inserted {
            content.append(markup: "<EventDescriptionEventDetail>")
            content.append(element: "key", event.className)
            content.append(element: "description", event.className)
            content.append(element: "category", event.category)
            content.append(markup: "<formatOnDatacenter></formatOnDatacenter><formatOnComputeResource>")
            content.append(markup: "</formatOnComputeResource><formatOnHost></formatOnHost><formatOnVm></formatOnVm>")
            content.append(markup: "<fullFormat></fullFormat></EventDescriptionEventDetail>")
        }
        return encoded(val: "ArrayOfEventDescriptionEventDetail", content: content)
    }
}
