import EventModel
import Foundation
import Testing

@testable import VSphere

@Suite struct TypedPartsTests {
    /// The children of an event that names everything.
    private static let children = [
        "<key>-2147483648</key>", "<chainId>2147483647</chainId>",
        "<createdTime>2026-11-21T08:18:00.5+02:00</createdTime>", "<userName>VSPHERE.LOCAL\\Administrator</userName>",
        "<datacenter><name>DC &amp; \"1\"</name><datacenter type=\"Datacenter\">datacenter-2</datacenter></datacenter>",
        "<computeResource><name>c</name><computeResource type=\"ClusterComputeResource\">domain-c7</computeResource>"
            + "</computeResource>",
        "<host><name>h</name><host type=\"HostSystem\">host-1</host></host>",
        "<vm><name>v</name><vm type=\"VirtualMachine\">vm-1</vm><path xsi:type=\"xsd:string\">[ds] v</path>"
            + "<uuid xsi:type=\"xsd:string\">u</uuid></vm>",
        "<ds><name>d</name><datastore type=\"Datastore\">datastore-1</datastore></ds>",
        "<net><name>n</name><network type=\"Network\">network-1</network></net>",
        "<dvs><name>s</name><dvs type=\"VmwareDistributedVirtualSwitch\">dvs-1</dvs></dvs>",
        "<alarm><name>a</name><alarm type=\"Alarm\">alarm-1</alarm></alarm>",
        "<source><name>x</name><entity type=\"Folder\">group-1</entity></source>",
        "<entity><name>e</name><entity type=\"HostSystem\">host-9</entity></entity>",
        "<fullFormattedMessage>Alarm</fullFormattedMessage>", "<from>green</from>", "<to>red</to>",
    ]

    private func event(_ children: [String]) throws -> VSphereEvent {
        let xml = "<returnval xsi:type=\"AlarmStatusChangedEvent\">" + children.joined() + "</returnval>"
        return try #require(try Wire.decode(Wire.page(xml)).events.first)
    }

    @Test("the typed parts are those of the wire")
    func parts() throws {
        let event = try event(Self.children)
        #expect(event.damage == nil)
        #expect(event.className == "AlarmStatusChangedEvent")
        #expect(event.key == .min)
        #expect(event.chainId == .max)
        #expect(event.createdTime == Timestamp(rfc3339: "2026-11-21T06:18:00.5Z"))
        #expect(event.userName == "VSPHERE.LOCAL\\Administrator")
        #expect(event.datacenter == EntityReference(name: "DC & \"1\"", type: "Datacenter", value: "datacenter-2"))
        #expect(event.computeResource?.type == "ClusterComputeResource")
        #expect(event.host == EntityReference(name: "h", type: "HostSystem", value: "host-1"))
        #expect(event.vm == EntityReference(name: "v", type: "VirtualMachine", value: "vm-1"))
        #expect(event.datastore?.value == "datastore-1")
        #expect(event.network?.value == "network-1")
        #expect(event.dvs?.value == "dvs-1")
        #expect(event.alarm?.value == "alarm-1")
        #expect(event.entity == EntityReference(name: "e", type: "HostSystem", value: "host-9"))
    }

    @Test("the order of the children does not matter")
    func anyOrder() throws {
        var expected = try event(Self.children)
        let members = try expected.fields.parsed().sorted
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<50 {
            var shuffled = try event(Self.children.shuffled(using: &generator))
            #expect(try shuffled.fields.parsed().sorted == members)
            (shuffled.fields, expected.fields) = (.emptyObject, .emptyObject)
            #expect(shuffled == expected)
        }
    }

    @Test("an event without a reference, a user or a chain is sound")
    func least() throws {
        let event = try event(["<key>1</key>", "<createdTime>2026-01-01T00:00:00Z</createdTime>"])
        #expect(event.damage == nil)
        #expect(event.userName == "")
        #expect(event.chainId == nil)
        #expect(event.vm == nil)
    }

    @Test("dynamic events tell their id, severity and subject")
    func dynamicEvents() throws {
        let xml = Wire.event(
            "EventEx",
            "<eventTypeId>esx.problem.x</eventTypeId><severity>error</severity><objectId>vm-5</objectId>"
                + "<objectType>VirtualMachine</objectType><objectName>five</objectName>")
        let event = try Wire.decode(Wire.page(xml)).events[0]
        #expect(event.eventTypeId == "esx.problem.x")
        #expect(event.severity == "error")
        #expect(event.entity == EntityReference(name: "five", type: "VirtualMachine", value: "vm-5"))
        let extended = Wire.event(
            "ExtendedEvent", "<eventTypeId>y</eventTypeId><managedObject type=\"HostSystem\">host-3</managedObject>")
        #expect(
            try Wire.decode(Wire.page(extended)).events[0].entity
                == EntityReference(name: "", type: "HostSystem", value: "host-3"))
    }

    @Test("equal parts of different events are not mixed up")
    func sharedParts() throws {
        let events = (0..<500).map { number in
            Wire.event(
                key: number, "<vm><name>v\(number % 7)</name><vm type=\"VirtualMachine\">vm-\(number % 50)</vm></vm>")
        }
        let page = try Wire.decode(
            Wire.head + "<QueryEventsResponse xmlns=\"urn:vim25\">" + events.joined()
                + "</QueryEventsResponse>" + Wire.tail)
        #expect(page.events.count == 500)
        for (number, event) in page.events.enumerated() {
            #expect(event.key == Int32(number))
            #expect(
                event.vm == EntityReference(name: "v\(number % 7)", type: "VirtualMachine", value: "vm-\(number % 50)"))
        }
    }

    @Test("names are matched by namespace, whatever the prefixes")
    func prefixes() throws {
        let expected = try Wire.decode(Wire.page(Wire.event("VmEvent", "<vm><name>v</name><vm type=\"T\">1</vm></vm>")))
        let odd = """
            <S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>
            <v:ReadNextEventsResponse xmlns:v="urn:vim25"><v:returnval xmlns:_i="http://www.w3.org/2001/XMLSchema-instance" \
            _i:type="v:VmEvent"><v:key>7</v:key><v:chainId>7</v:chainId>\
            <v:createdTime>2026-11-21T06:18:00.123456Z</v:createdTime><v:userName>root</v:userName>\
            <v:vm><w:name xmlns:w="urn:vim25">v</w:name><v:vm type="T">1</v:vm></v:vm></v:returnval>
            </v:ReadNextEventsResponse></S:Body></S:Envelope>
            """
        #expect(try Wire.decode(odd) == expected)
    }

    @Test("what only looks like vim25 is kept, but means nothing")
    func strangers() throws {
        let xml = Wire.event(
            "VmEvent", "<key xmlns=\"urn:other\">99</key><x:vm xmlns:x=\"urn:other\"><name>n</name></x:vm>")
        let event = try Wire.decode(Wire.page(xml)).events[0]
        #expect(event.key == 7)
        #expect(event.vm == nil)
        #expect(try event.fields.parsed()["key"] == [7, "99"])
        let literal = "<returnval xmlns:xsi=\"urn:other\" xsi:type=\"VmEvent\"><key>1</key></returnval>"
        #expect(try Wire.decode(Wire.page(literal)).events[0].className == "Event")
    }

    @Test("a time read from memory is the time read from a text")
    func times() {
        var generator = SeededGenerator(seed: 4)
        let letters = Array("0123456789-:TZ.+ ".utf8)
        for _ in 0..<20_000 {
            var bytes = Array("20\(Int.random(in: 10...99, using: &generator))-02-28T23:59:58.123456789Z".utf8)
            bytes.removeSubrange(19..<Int.random(in: 19...29, using: &generator))
            if Bool.random(using: &generator), let letter = letters.randomElement(using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = letter
            }
            let fast = bytes.withUnsafeBufferPointer { Timestamp(rfc3339: $0) }
            let general = Timestamp(rfc3339: bytes[...])
            #expect(fast == general, "\(String(decoding: bytes, as: UTF8.self))")
        }
    }

    @Test("an unknown class keeps its name and all it carries")
    func unknownClass() throws {
        let xml = Wire.event("com.example.NewEvent", "<flux>1</flux>")
        let event = try Wire.decode(Wire.page(xml)).events[0]
        #expect(event.className == "com.example.NewEvent")
        #expect(event.damage == nil)
        #expect(try event.fields.parsed()["flux"] == "1")
    }
}
