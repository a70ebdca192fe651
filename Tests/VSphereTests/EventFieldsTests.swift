import EventModel
import Testing

@testable import VSphere

@Suite struct EventFieldsTests {
    @Test(
        "fields keep what the event carried, by the documented convention",
        arguments: [
            ("<template>true</template>", "template", true),
            ("<template>1</template>", "template", "1"),
            ("<userAgent>5</userAgent>", "userAgent", "5"),
            ("<changeTag></changeTag>", "changeTag", ""),
            ("<changeTag/>", "changeTag", ""),
            ("<note>  </note>", "note", "  "),
            ("<note>a &lt;b&gt; &amp; \"c\" \\ d\te</note>", "note", "a <b> & \"c\" \\ d\te"),
            ("<note>G&#252;n&#x74;er, Москва, 東京 🙂</note>", "note", "Günter, Москва, 東京 🙂"),
            ("<note><![CDATA[<raw> & ]]>tail</note>", "note", "<raw> & tail"),
            ("<note>before<!-- unseen -->after</note>", "note", "beforeafter"),
            ("<n xsi:type=\"xsd:int\">-12</n>", "n", -12),
            ("<n xsi:type=\"xsd:long\">9223372036854775807</n>", "n", 9_223_372_036_854_775_807),
            ("<n xsi:type=\"xsd:long\">-9223372036854775808</n>", "n", -9_223_372_036_854_775_808),
            ("<n xsi:type=\"xsd:long\">9223372036854775808</n>", "n", "9223372036854775808"),
            ("<n xsi:type=\"xsd:int\">2147483648</n>", "n", "2147483648"),
            ("<n xsi:type=\"xsd:int\">007</n>", "n", "007"),
            ("<n xsi:type=\"xsd:int\">-0</n>", "n", "-0"),
            ("<n xsi:type=\"xsd:int\">0</n>", "n", 0),
            ("<n xsi:type=\"xsd:int\"> 7</n>", "n", " 7"),
            ("<n xsi:type=\"xsd:boolean\">false</n>", "n", false),
            ("<n xsi:type=\"xsd:string\">7</n>", "n", "7"),
            ("<n xsi:type=\"xsd:int\"></n>", "n", ""),
            ("<n xmlns:s=\"http://www.w3.org/2001/XMLSchema\" xsi:type=\"s:int\">7</n>", "n", 7),
            ("<o><a>1</a><b><c>2</c></b></o>", "o", ["a": "1", "b": ["c": "2"]]),
            ("<o>\n  <a>1</a>\n  <a>2</a>\n</o>", "o", ["a": ["1", "2"]]),
            ("<o><a>1</a><b/><a>2</a><b>x</b><a/></o>", "o", ["a": ["1", "2", ""], "b": ["", "x"]]),
            ("<o>one<a>1</a> two </o>", "o", ["a": "1", "#text": "one two "]),
            ("<o flavour=\"sweet &amp; sour\"/>", "o", ["@flavour": "sweet & sour"]),
            ("<o flavour=\"sweet\">text</o>", "o", ["@flavour": "sweet", "#text": "text"]),
            ("<ref type=\"VirtualMachine\">vm-12</ref>", "ref", ["type": "VirtualMachine", "value": "vm-12"]),
            ("<ref type=\"VirtualMachine\"/>", "ref", ["type": "VirtualMachine", "value": ""]),
            (
                "<ref type=\"VirtualMachine\" xsi:type=\"ManagedObjectReference\">vm-12</ref>", "ref",
                ["type": "VirtualMachine", "_typeName": "ManagedObjectReference", "value": "vm-12"]
            ),
            (
                "<ref type=\"VirtualMachine\">vm-12<x>1</x></ref>", "ref",
                ["type": "VirtualMachine", "x": "1", "value": "vm-12"]
            ),
            (
                "<ref type=\"VirtualMachine\">vm-12<type>1</type></ref>", "ref",
                ["type": ["VirtualMachine", "1"], "value": "vm-12"]
            ),
            (
                "<s xsi:type=\"ManagedEntityStatus\">green</s>", "s",
                ["_typeName": "ManagedEntityStatus", "_value": "green"]
            ),
            ("<d xsi:type=\"VirtualDisk\"><key>1</key></d>", "d", ["_typeName": "VirtualDisk", "key": "1"]),
            ("<x>1</x><y/><x>2</x><x>3</x>", "x", ["1", "2", "3"]),
            ("<_typeName>odd</_typeName>", "_typeName", ["VmPoweredOnEvent", "odd"]),
        ] as [(String, String, JSONValue)])
    func convention(_ xml: String, _ name: String, _ expected: JSONValue) throws {
        let fields = try Wire.fields(xml)
        #expect(fields[name] == expected)
    }

    @Test("the members stand in the order of the wire, the class first")
    func order() throws {
        let fields = try Wire.fields(
            "<vm><name>a</name><vm type=\"VirtualMachine\">vm-1</vm></vm><template>false</template>")
        #expect(
            fields
                == [
                    "_typeName": "VmPoweredOnEvent", "key": 7, "chainId": 7,
                    "createdTime": "2026-11-21T06:18:00.123456Z",
                    "userName": "root", "vm": ["name": "a", "vm": ["type": "VirtualMachine", "value": "vm-1"]],
                    "template": false,
                ])
    }

    @Test("a declared list is an array even with one element, a number list one of numbers")
    func lists() throws {
        let fields = try Wire.fields(
            "<arguments><key>k</key><value xsi:type=\"xsd:string\">v</value></arguments>", of: "EventEx")
        #expect(fields["arguments"] == [["key": "k", "value": "v"]])
        let conflict = try Wire.fields(
            "<wwn>5</wwn><conflictedVms><name>a</name></conflictedVms>", of: "VmWwnConflictEvent")
        #expect(conflict["conflictedVms"] == [["name": "a"]])
        #expect(conflict["wwn"] == 5)
    }

    @Test("a list within a list within an object is put together at each level")
    func nestedLists() throws {
        let fields = try Wire.fields("<o><p><q>1</q><q>2</q></p><r/><p><q>3</q></p></o><o/>")
        #expect(fields["o"] == [["p": [["q": ["1", "2"]], ["q": "3"]], "r": ""], ""])
    }

    @Test("an object within itself keeps its names apart")
    func sameNames() throws {
        let fields = try Wire.fields("<vm><vm><vm>1</vm><vm>2</vm></vm><name>n</name><vm>3</vm></vm>")
        #expect(fields["vm"] == ["vm": [["vm": ["1", "2"]], "3"], "name": "n"])
    }

    @Test("repeated names are found at every depth")
    func deepRepeats() throws {
        for depth in 1...40 {
            let open = String(repeating: "<d>", count: depth)
            let close = String(repeating: "</d>", count: depth)
            var value = try Wire.fields(open + "<e>1</e><f>x</f><e>2</e>" + close)["d"]
            for _ in 1..<depth { value = value?["d"] }
            #expect(value == ["e": ["1", "2"], "f": "x"], "depth \(depth)")
        }
    }

    @Test("attributes of the event itself are kept")
    func eventAttributes() throws {
        let event =
            "<returnval colour=\"red\" xsi:type=\"VmEvent\"><key>1</key>"
            + "<createdTime>2026-01-01T00:00:00Z</createdTime></returnval>"
        let fields = try Wire.decode(Wire.page(event)).events[0].fields.parsed()
        #expect(fields["@colour"] == "red")
        #expect(fields["_typeName"] == "VmEvent")
    }
}
