import EventModel
import Testing

@testable import VSphere

@Suite struct SOAPRequestTests {
    private static let manager = ManagedObjectReference(type: "EventManager", value: "EventManager")
    private static let collector = ManagedObjectReference(type: "EventHistoryCollector", value: "session[1]a&b")

    /// What stands between the envelope's tags.
    private func body(_ request: SOAPRequest) throws -> String {
        let text = String(decoding: request.body, as: UTF8.self)
        let head =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<soapenv:Envelope "
            + "xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>"
        #expect(text.hasPrefix(head) && text.hasSuffix(Wire.tail))
        return String(text.dropFirst(head.count).dropLast(Wire.tail.count))
    }

    @Test("a call names its object and its arguments in vim25's order")
    func calls() throws {
        let reference = "<_this type=\"EventHistoryCollector\">session[1]a&amp;b</_this>"
        let cases: [(SOAPRequest, String)] = [
            (
                .retrieveServiceContent,
                "<RetrieveServiceContent xmlns=\"urn:vim25\"><_this type=\"ServiceInstance\">ServiceInstance</_this>"
                    + "</RetrieveServiceContent>"
            ),
            (
                .readNextEvents(Self.collector, 1000),
                "<ReadNextEvents xmlns=\"urn:vim25\">\(reference)<maxCount>1000</maxCount></ReadNextEvents>"
            ),
            (
                .readPreviousEvents(Self.collector, 5),
                "<ReadPreviousEvents xmlns=\"urn:vim25\">\(reference)<maxCount>5</maxCount></ReadPreviousEvents>"
            ),
            (
                .setCollectorPageSize(Self.collector, 1),
                "<SetCollectorPageSize xmlns=\"urn:vim25\">\(reference)<maxCount>1</maxCount></SetCollectorPageSize>"
            ),
            (.rewindCollector(Self.collector), "<RewindCollector xmlns=\"urn:vim25\">\(reference)</RewindCollector>"),
            (.resetCollector(Self.collector), "<ResetCollector xmlns=\"urn:vim25\">\(reference)</ResetCollector>"),
            (
                .destroyCollector(Self.collector),
                "<DestroyCollector xmlns=\"urn:vim25\">\(reference)</DestroyCollector>"
            ),
            (
                .retrieveProperties(Self.manager, of: Self.collector, ["latestPage"]),
                "<RetrievePropertiesEx xmlns=\"urn:vim25\"><_this type=\"EventManager\">EventManager</_this><specSet><propSet>"
                    + "<type>EventHistoryCollector</type><pathSet>latestPage</pathSet></propSet><objectSet>"
                    + "<obj type=\"EventHistoryCollector\">session[1]a&amp;b</obj></objectSet></specSet>"
                    + "<options></options></RetrievePropertiesEx>"
            ),
            (
                .waitForUpdates(Self.manager, version: "-", atMost: 60),
                "<WaitForUpdatesEx xmlns=\"urn:vim25\"><_this type=\"EventManager\">EventManager</_this><version>-</version>"
                    + "<options><maxWaitSeconds>60</maxWaitSeconds></options></WaitForUpdatesEx>"
            ),
        ]
        for (request, expected) in cases { #expect(try body(request) == expected) }
    }

    @Test("all text is escaped, and what XML cannot hold is replaced")
    func escaping() throws {
        let credentials = VSphereCredentials(userName: "<a>&\"'\r\n\t\u{1}", password: "]]>ü🙂\u{FFFF}")
        let text = try body(.login(ManagedObjectReference(type: "\"<", value: "x"), credentials))
        #expect(
            text == "<Login xmlns=\"urn:vim25\"><_this type=\"&quot;&lt;\">x</_this>"
                + "<userName>&lt;a&gt;&amp;&quot;'&#13;&#10;&#9;\u{FFFD}</userName>"
                + "<password>]]&gt;ü🙂\u{FFFD}</password></Login>")
    }

    @Test("an empty filter is empty, a full one stands in the order of the schema")
    func filters() throws {
        let prefix = "<CreateCollectorForEvents xmlns=\"urn:vim25\"><_this type=\"EventManager\">EventManager</_this>"
        #expect(
            try body(.createCollectorForEvents(Self.manager, EventFilterSpec()))
                == prefix + "<filter></filter></CreateCollectorForEvents>")
        var filter = EventFilterSpec(
            entity: ManagedObjectReference(type: "Folder", value: "group-d1"), recursion: .children,
            begin: Timestamp(rfc3339: "2026-11-21T06:18:00.5Z"), end: Timestamp(rfc3339: "2026-11-22T00:00:00Z"),
            eventTypeIds: ["VmEvent", "esx.x"], maximumCount: 1000)
        (filter.userNames, filter.systemUser, filter.chainId) = (["a", "b"], true, -5)
        (filter.categories, filter.disableFullMessage, filter.delayedInit) = (["error"], false, true)
        #expect(
            try body(.createCollectorForEvents(Self.manager, filter))
                == prefix
                + "<filter><entity><entity type=\"Folder\">group-d1</entity><recursion>children</recursion></entity>"
                + "<time><beginTime>2026-11-21T06:18:00.5Z</beginTime><endTime>2026-11-22T00:00:00Z</endTime></time>"
                + "<userName><systemUser>true</systemUser><userList>a</userList><userList>b</userList></userName>"
                + "<eventChainId>-5</eventChainId><disableFullMessage>false</disableFullMessage><category>error</category>"
                + "<eventTypeId>VmEvent</eventTypeId><eventTypeId>esx.x</eventTypeId><maxCount>1000</maxCount>"
                + "<delayedInit>true</delayedInit></filter></CreateCollectorForEvents>")
    }

    @Test("credentials show no password")
    func credentials() {
        let credentials = VSphereCredentials(userName: "u", password: "geheim")
        var dumped = ""
        dump(credentials, to: &dumped)
        #expect(!dumped.contains("geheim") && !"\(credentials)".contains("geheim"))
        #expect(!String(reflecting: credentials).contains("geheim"))
    }

    @Test("the version both know is taken, and only a version")
    func versions() {
        func negotiated(_ version: String, _ prior: String...) -> String {
            var vim25 = XMLElement(name: "namespace", namespace: "")
            vim25.children = [
                leaf("name", "urn:vim25"), leaf("version", version), XMLElement(name: "priorVersions", namespace: ""),
            ]
            vim25.children[2].children = prior.map { leaf("version", $0) }
            var document = XMLElement(name: "namespaces", namespace: "")
            document.children = [vim25]
            return APIVersion.negotiated(document).description
        }
        func leaf(_ name: String, _ text: String) -> XMLElement {
            var element = XMLElement(name: name, namespace: "")
            element.text = text
            return element
        }
        #expect(negotiated("6.5", "6.0", "5.5") == "6.5")
        #expect(negotiated("9.0.0.0", "8.0.3.0", "8.0.2.0", "10.0") == "8.0.3.0")
        #expect(negotiated("99.0", "98.0") == "5.5")
        #expect(negotiated("6.5\r\nX: y") == "5.5")
        #expect(APIVersion.negotiated(nil).description == "5.5")
        #expect(APIVersion("8.0.10.0")! > APIVersion("8.0.3.0")!)
        #expect(APIVersion("") == nil && APIVersion("1..2") == nil && APIVersion("-1") == nil)
    }
}
