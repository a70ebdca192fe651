import EventModel

// How answers become values.

extension ServiceContent {
    /// Nil without what every server has.
    init?(_ element: XMLElement) {
        guard let rootFolder = element["rootFolder"]?.reference,
            let propertyCollector = element["propertyCollector"]?.reference,
            let about = element["about"]
        else { return nil }
        self.init(
            about: AboutInfo(about), rootFolder: rootFolder, propertyCollector: propertyCollector,
            sessionManager: element["sessionManager"]?.reference, eventManager: element["eventManager"]?.reference)
    }
}

extension AboutInfo {
    init(_ element: XMLElement) {
        self.init(
            fullName: element.text("fullName") ?? "", version: element.text("version") ?? "",
            build: element.text("build") ?? "", apiType: element.text("apiType") ?? "",
            apiVersion: element.text("apiVersion") ?? "",
            instanceUuid: element.text("instanceUuid").flatMap { $0.isEmpty ? nil : $0 })
    }
}

extension UserSession {
    init(_ element: XMLElement) {
        self.init(
            key: element.text("key") ?? "", userName: element.text("userName") ?? "",
            loginTime: element.text("loginTime").flatMap { Timestamp(rfc3339: $0) })
    }
}

extension EventDescriptions {
    /// Kinds without a class of their own, which `EventEx` and `ExtendedEvent` stand for, begin their format with
    /// `id|`.
    init(_ array: XMLElement) {
        self.init()
        for kind in array.children {
            guard let key = kind.text("key"), let category = kind.text("category") else { continue }
            let detail = Detail(description: kind.text("description") ?? "", category: category)
            let isDynamic = key == "EventEx" || key == "ExtendedEvent"
            let parts = (kind.text("fullFormat") ?? "").split(separator: "|", maxSplits: 1)
            if isDynamic, parts.count == 2 { details[String(parts[0])] = detail } else { details[key] = detail }
        }
    }
}

extension XMLElement {
    /// Throws where an answer about properties is about another object: it is the answer to another call.
    func checkObject(_ object: ManagedObjectReference) throws(VSphereError) {
        let others = self["returnval"]?.all("objects").compactMap { $0["obj"]?.reference?.value } ?? []
        guard let other = others.first, !others.contains(object.value) else { return }
        throw .notVSphere("asked about \"\(object.value)\" it answers about \"\(other)\"")
    }
}
