package import EventModel

/// Writes events as a real vCenter does: the elements of `Event` in their order, then the class's own.
package enum EventEncoding {
    /// The XML inside the element of `event`.
    package static func content(
        of event: FixtureEvent, key: Int32, chainId: Int32, createdTime: Timestamp
    ) -> [UInt8] {
        if let raw = event.rawContent { return Array(raw.utf8) }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1024)
        bytes.append(element: "key", "\(key)")
        bytes.append(element: "chainId", "\(chainId)")
        bytes.append(element: "createdTime", createdTime.rfc3339)
        bytes.append(element: "userName", event.userName)
        append(event.datacenter, as: "datacenter", "datacenter", to: &bytes)
        append(event.computeResource, as: "computeResource", "computeResource", to: &bytes)
        append(event.host, as: "host", "host", to: &bytes)
        append(event.vm, as: "vm", "vm", to: &bytes)
        append(event.datastore, as: "ds", "datastore", to: &bytes)
        append(event.network, as: "net", "network", to: &bytes)
        append(event.dvs, as: "dvs", "dvs", to: &bytes)
        if let message = event.message { bytes.append(element: "fullFormattedMessage", message) }
        bytes.append(markup: "<changeTag></changeTag>")
        bytes.append(markup: event.extra)
        return bytes
    }

    private static func append(
        _ entity: FixtureEntity?, as argument: String, _ reference: String, to bytes: inout [UInt8]
    ) {
        guard let entity else { return }
        bytes.append(markup: "<\(argument)>")
        bytes.append(element: "name", entity.name)
        bytes.append(markup: "<\(reference) type=\"\(entity.type)\">")
        bytes.append(escaped: entity.value)
        bytes.append(markup: "</\(reference)></\(argument)>")
    }
}
