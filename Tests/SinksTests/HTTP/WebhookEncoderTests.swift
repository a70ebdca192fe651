import AgentCore
import EventModel
import HTTPClient
import Testing

@testable import Sinks

@Suite("CloudEvents in HTTP") struct WebhookEncoderTests {
    private static let body = Array(
        (#"{"specversion":"1.0","id":"2026/7","source":"vsphere://vc","type":"guestwatch.vm.powered-on","#
            + #""time":"2026-11-21T06:18:00Z","subject":"vm/vm-7","guestname":"web \"7\" ü 100%\n","severity":"info","#
            + #""datacontenttype":"application/json","data":{"_typeName":"VmPoweredOnEvent","key":7}}"#).utf8)
    private static let entry = Entry(sequence: 7, type: "vm.powered-on", severity: .info, body: body[...])

    @Test("binary mode: attributes as percent-encoded headers, data as the body")
    func binary() throws {
        let message = try #require(WebhookEncoder(journal: "k3j2", types: .guestwatch).binary(Self.entry))
        #expect(
            message.headers.fields.map { "\($0.name): \($0.value)" } == [
                "ce-sequence: 00000000000000000007", "ce-journal: k3j2", "ce-specversion: 1.0", "ce-id: 2026/7",
                "ce-source: vsphere://vc", "ce-type: guestwatch.vm.powered-on", "ce-time: 2026-11-21T06:18:00Z",
                "ce-subject: vm/vm-7", "ce-guestname: web%20%227%22%20%C3%BC%20100%25%0A", "ce-severity: info",
                "Content-Type: application/json",
            ])
        #expect(String(decoding: message.body, as: UTF8.self) == #"{"_typeName":"VmPoweredOnEvent","key":7}"#)
    }

    @Test("structured and batched mode: the event's own bytes with its place in front")
    func copies() {
        let encoder = WebhookEncoder(journal: "k3j2", types: .guestwatch)
        let text =
            #"{"sequence":"00000000000000000007","journal":"k3j2","#
            + String(decoding: Self.body.dropFirst(), as: UTF8.self)
        let structured = encoder.structured(Self.entry)
        #expect(String(decoding: structured.body, as: UTF8.self) == text)
        #expect(structured.headers["Content-Type"] == "application/cloudevents+json; charset=UTF-8")
        let batched = encoder.batched([Self.entry, Self.entry])
        #expect(String(decoding: batched.body, as: UTF8.self) == "[\(text),\(text)]")
        #expect(batched.headers["Content-Type"] == "application/cloudevents-batch+json; charset=UTF-8")
    }

    @Test("an attribute that is too long for a header is refused in binary mode only")
    func longAttribute() {
        let long = String(repeating: "x", count: WebhookEncoder.longestHeader + 1)
        let entry = Entry(
            sequence: 1, type: "vm.other", severity: .info,
            body: EventEncoder.encode(
                Event(
                    id: "1", source: "test://x", type: "vm.other", time: Timestamp(nanoseconds: 0),
                    guest: Guest(kind: .vm, id: "vm-1", name: long, host: nil), data: .emptyObject))[...])
        let encoder = WebhookEncoder(journal: "k", types: .guestwatch)
        #expect(encoder.binary(entry) == nil)
        #expect(encoder.structured(entry).body.count > WebhookEncoder.longestHeader)
    }

    @Test(
        "bytes that are no event are told from one",
        arguments: [
            "", "{", "{}", "[]", #"{"id":"#, #"{"id":"x"}"#, #"{"id":1,"data":{}}"#, #"{"id":"x\"#,
            #"{"id":"x","data":{}"#, "nonsense",
        ])
    func damaged(text: String) {
        #expect(EncodedAttributes(Array(text.utf8)[...]) == nil || text.hasSuffix("data\":{}"))
    }

    @Test("no prefix of an event stops the agent")
    func prefixes() {
        for count in 0..<Self.body.count { _ = EncodedAttributes(Self.body[..<count]) }
        #expect(EncodedAttributes(Self.body[...])?.list.count == 9)
    }

    @Test(
        "types as VEBA and Tanzu named them, for vSphere's events only",
        arguments: [
            (
                "vsphere://vc", #"{"_typeName":"VmPoweredOnEvent","key":7}"#, "com.vmware.vsphere.VmPoweredOnEvent.v0",
                "event"
            ),
            (
                "vsphere://vc", #"{"_typeName":"EventEx","key":1,"eventTypeId":"com.vmware.cis.tagging.attach"}"#,
                "com.vmware.vsphere.com.vmware.cis.tagging.attach.v0", "eventex"
            ),
            (
                "vsphere://vc", #"{"_typeName":"ExtendedEvent","eventTypeId":"a.\"b\""}"#,
                #"com.vmware.vsphere.a."b".v0"#, "extendedevent"
            ),
            ("vsphere://vc", #"{"_typeName":"EventEx","key":1}"#, "com.vmware.vsphere.EventEx.v0", "eventex"),
            ("container://h", #"{"_typeName":"VmPoweredOnEvent"}"#, "guestwatch.vm.other", nil),
            ("vsphere://vc", #"{"key":7}"#, "guestwatch.vm.other", nil),
            ("vsphere://vc", "{}", "guestwatch.vm.other", nil),
        ] as [(String, String, String, String?)])
    func vmware(source: String, data: String, type: String, eventClass: String?) throws {
        let event = Event(
            id: "1", source: source, type: "vm.other", time: Timestamp(nanoseconds: 0),
            data: try JSONText(validating: Array(data.utf8)))
        let named = Array(TypeNaming.vmware.named(EventEncoder.encode(event)[...]))
        let value = try JSONDocument(named).root.value
        #expect(value["type"]?.string == type && value["eventclass"]?.string == eventClass)
        #expect(value["data"] == (try JSONDocument(Array(data.utf8)).root.value) && value["id"] == "1")
        let same = Array(TypeNaming.guestwatch.named(EventEncoder.encode(event)[...]))
        #expect(same == EventEncoder.encode(event))
    }

    @Test("a signature is that of the Standard Webhooks specification")
    func signature() throws {
        let signature = try #require(WebhookSignature(secret: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let headers = signature.headers(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", now: Timestamp(nanoseconds: 1_614_265_330_500_000_000),
            body: Array(#"{"test": 2432232314}"#.utf8))
        #expect(headers?["webhook-timestamp"] == "1614265330")
        #expect(headers?["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        #expect(WebhookSignature(secret: "") == nil && WebhookSignature(secret: "whsec_***") == nil)
    }

    @Test("the id of a delivery is the same when the same entries come again, and another for others")
    func deliveryID() {
        let one = WebhookSignature.id(of: Entry.plain(1...5), journal: "k")
        #expect(one == WebhookSignature.id(of: Entry.plain(1...5), journal: "k"))
        #expect(one != WebhookSignature.id(of: Entry.plain(1...4), journal: "k"))
        #expect(WebhookSignature.id(of: Entry.plain(5...5), journal: "k") == "k-5")
    }
}
