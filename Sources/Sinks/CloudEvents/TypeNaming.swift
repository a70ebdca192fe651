import AgentCore
import EventModel

/// How a CloudEvents sink names the types of events.
package enum TypeNaming: String, CaseIterable, Sendable {
    /// `guestwatch.vm.powered-on`.
    case guestwatch
    /// Events of a vSphere server as the Tanzu sources and VEBA's later versions named them:
    /// `com.vmware.vsphere.VmPoweredOnEvent.v0`, an `EventEx` or `ExtendedEvent` by its `eventTypeId`, each with the
    /// extension attribute `eventclass` (`event`, `eventex`, `extendedevent`). All other events keep our names.
    case vmware

    /// Reads the option `types` of a CloudEvents sink.
    static func read(from reader: inout ConfigurationReader) -> TypeNaming {
        reader.optional(
            "types", .choice(), default: .guestwatch,
            "How types are named: \"guestwatch.vm.powered-on\", or, of vSphere's events, as VEBA and Tanzu did.")
    }

    /// The event under its name here: the body as it is, or a copy with another `type`.
    func named(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard self == .vmware, let attributes = EncodedAttributes(body), let type = attributes["type"],
            let foreign = VMwareType(attributes)
        else { return body }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.count + foreign.name.count + 64)
        bytes += body[..<type.startIndex]
        bytes += "com.vmware.vsphere.".utf8
        bytes += foreign.name
        bytes += ".v0\",\"eventclass\":\"".utf8
        bytes += foreign.eventClass.utf8
        bytes += body[type.endIndex...]
        return bytes[...]
    }
}

/// What a vSphere server calls an event, as our collector keeps it in the event's data.
private struct VMwareType {
    /// As JSON escapes it.
    let name: ArraySlice<UInt8>
    let eventClass: String

    /// Nil for an event of another source.
    init?(_ attributes: EncodedAttributes) {
        let data = attributes.data
        let head = Array(#"{"_typeName":"#.utf8)
        guard attributes["source"]?.starts(with: "vsphere://".utf8) == true, data.starts(with: head) else { return nil }
        var index = data.startIndex + head.count
        guard let className = EncodedAttributes.string(in: data, at: &index), !className.isEmpty else { return nil }
        switch String(decoding: className, as: UTF8.self) {
        case "EventEx": eventClass = "eventex"
        case "ExtendedEvent": eventClass = "extendedevent"
        default:
            (name, eventClass) = (className, "event")
            return
        }
        let value = try? JSONText(trusted: data).parsed()
        let id = value?["eventTypeId"]?.string.flatMap { $0.isEmpty ? nil : $0 }
        var escaped: [UInt8] = []
        id.map { escaped.appendJSONEscaped($0) }
        name = id == nil ? className : escaped[...]
    }
}
