import EventModel
import Testing

@testable import VSphere

@Suite struct EventClassesTests {
    private let classes = EventClasses.standard

    @Test("the table holds Event and its 442 descendants")
    func count() {
        #expect(classes.names.count == 443)
        #expect(classes.names.allSatisfy { classes.isKind($0, of: "Event") })
        #expect(
            classes.lineage(of: "DrsVmPoweredOnEvent") == [
                "DrsVmPoweredOnEvent", "VmPoweredOnEvent", "VmEvent", "Event",
            ])
        #expect(classes.isKind("DrsVmPoweredOnEvent", of: "VmEvent"))
        #expect(!classes.isKind("HostEvent", of: "VmEvent"))
        #expect(classes.lineage(of: "NoSuchEvent") == nil)
    }

    @Test("fields are inherited, with their lists and options")
    func fields() throws {
        let fields = classes.fields(of: "VmWwnConflictEvent")
        #expect(fields.first?.name == "key")
        let list = try #require(fields.first { $0.name == "conflictedVms" })
        #expect(list.isList && list.isOptional && list.type == "VmEventArgument")
        #expect(classes.fields(of: "NoSuchEvent") == classes.fields(of: "Event"))
    }

    @Test("an event of each class decodes with every field it declares", arguments: EventClasses.standard.names)
    func decodes(_ className: String) throws {
        let fields = classes.fields(of: className)
        let body = fields.map { field in
            let count = field.isList ? 2 : 1
            return (0..<count).map { SampleValue.xml(field.name, field.type, $0) }.joined()
        }
        let page = Wire.page("<returnval xsi:type=\"\(className)\">" + body.joined() + "</returnval>")
        let event = try #require(try Wire.decode(page).events.first)
        #expect(event.damage == nil)
        #expect(event.className == className)
        #expect(event.key == 1)
        let json = try event.fields.parsed()
        #expect(json["_typeName"] == .string(className))
        #expect(json.members?.count == fields.count + 1)
        for field in fields {
            let values = (0..<2).map { SampleValue.json(field.name, field.type, $0) }
            #expect(json[field.name] == (field.isList ? .array(values) : values[0]), "\(field.name): \(field.type)")
        }
    }
}

/// A value of each of the types fields of events have, as XML and as the JSON it must become.
private enum SampleValue {
    static func xml(_ name: String, _ type: String, _ number: Int) -> String {
        switch type {
        case "int", "long": return "<\(name)>\(number + 1)</\(name)>"
        case "boolean": return "<\(name)>true</\(name)>"
        case "dateTime": return "<\(name)>2026-01-01T00:00:0\(number)Z</\(name)>"
        case "string": return "<\(name)>s\(number)</\(name)>"
        case "ManagedObjectReference": return "<\(name) type=\"HostSystem\">host-\(number)</\(name)>"
        case "LocalizedMethodFault":
            return "<\(name)><fault xsi:type=\"NotSupported\"><faultMessage><key>k</key></faultMessage></fault>"
                + "<localizedMessage>m\(number)</localizedMessage></\(name)>"
        case let type where type.hasSuffix("EventArgument"):
            return "<\(name)><name>n\(number)</name><\(name) type=\"T\">t-\(number)</\(name)></\(name)>"
        default: return "<\(name) xsi:type=\"\(type)\"><inner>i\(number)</inner></\(name)>"
        }
    }

    static func json(_ name: String, _ type: String, _ number: Int) -> JSONValue {
        switch type {
        case "int", "long": .number("\(number + 1)")
        case "boolean": true
        case "dateTime": .string("2026-01-01T00:00:0\(number)Z")
        case "string": .string("s\(number)")
        case "ManagedObjectReference": ["type": "HostSystem", "value": .string("host-\(number)")]
        case "LocalizedMethodFault":
            [
                "fault": ["_typeName": "NotSupported", "faultMessage": ["key": "k"]],
                "localizedMessage": .string("m\(number)"),
            ]
        case let type where type.hasSuffix("EventArgument"):
            .object([
                .init("name", .string("n\(number)")), .init(name, ["type": "T", "value": .string("t-\(number)")]),
            ])
        default: ["_typeName": .string(type), "inner": .string("i\(number)")]
        }
    }
}
