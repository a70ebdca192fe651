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
        let message = try #require(WebhookEncoder(journal: "k3j2").binary(Self.entry))
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
        let encoder = WebhookEncoder(journal: "k3j2")
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
        let encoder = WebhookEncoder(journal: "k")
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
        let entry = Entry(sequence: 1, type: "vm.other", severity: .info, body: Array(text.utf8)[...])
        #expect(WebhookEncoder(journal: "k").binary(entry) == nil || text.hasSuffix(#""data":{}"#))
    }

    @Test("no prefix of an event stops the agent")
    func prefixes() {
        func count(_ bytes: ArraySlice<UInt8>) -> Int {
            var (members, count) = (EventMembers(bytes), 0)
            while members.next() != nil { count += 1 }
            return count
        }
        for length in 0..<Self.body.count { #expect(count(Self.body[..<length]) <= 10) }
        #expect(count(Self.body[...]) == 10)
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
