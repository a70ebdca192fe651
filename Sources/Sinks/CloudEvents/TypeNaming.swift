package import AgentCore
import EventModel

/// How a sink's destination sees the types of events named; see `TypeNamingSink`.
package enum TypeNaming: String, CaseIterable, Sendable {
    /// `guestwatch.vm.powered-on`.
    case guestwatch
    /// Events of a vSphere server as the Tanzu sources and VEBA's later versions named them:
    /// `com.vmware.vsphere.VmPoweredOnEvent.v0`, an `EventEx` or `ExtendedEvent` by its `eventTypeId`, each with the
    /// extension attribute `eventclass` (`event`, `eventex`, `extendedevent`). All other events keep our names.
    case vmware

    /// Reads the option `types` of a sink.
    package static func read(from reader: inout ConfigurationReader) -> TypeNaming {
        reader.optional(
            "types", .choice(), default: .guestwatch,
            "How types are named: \"guestwatch.vm.powered-on\", or, of vSphere's events, as VEBA and Tanzu did.")
    }

    /// The event under its name here: the body as it is, or a copy with another `type`.
    func named(_ body: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let members = EventMembers(body)
        guard self == .vmware, let type = members["type"], let foreign = VMwareType(members) else { return body }
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

extension Entry {
    /// Its body with the name its type has here, whatever `TypeNaming` made of it.
    var ownBody: ArraySlice<UInt8> {
        guard let type = EventMembers(body)["type"], !type.starts(with: EventType.cloudEventsPrefix.utf8) else {
            return body
        }
        var bytes = Array(body[..<type.startIndex])
        bytes += EventType.cloudEventsPrefix.utf8
        bytes.appendJSONEscaped(self.type.rawValue)
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
    init?(_ members: EventMembers) {
        guard members["source"]?.starts(with: "vsphere://".utf8) == true else { return nil }
        let data = members.data
        var fields = EventMembers(data)
        // Our collector writes the class of an object first.
        guard let first = fields.next(), first.isNamed("_typeName"), first.isText, !first.value.isEmpty else {
            return nil
        }
        let className = first.value
        switch String(decoding: className, as: UTF8.self) {
        case "EventEx": eventClass = "eventex"
        case "ExtendedEvent": eventClass = "extendedevent"
        default:
            (name, eventClass) = (className, "event")
            return
        }
        while let field = fields.next() {
            guard field.isNamed("eventTypeId"), field.isText, !field.value.isEmpty else { continue }
            name = field.value
            return
        }
        name = className
    }
}
