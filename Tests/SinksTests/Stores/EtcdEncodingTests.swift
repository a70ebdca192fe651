import AgentCore
import EventModel
import Foundation
import HTTPClient
import Testing

@testable import Sinks

@Suite("The keys, requests and answers of the etcd sink") struct EtcdEncodingTests {
    private let first = EtcdTransaction.Put(key: Array("a".utf8), value: Array("1".utf8))
    private let second = EtcdTransaction.Put(key: Array("bc".utf8), value: Array("23".utf8))

    @Test("a transaction creates all keys, or those that are missing, each in one of its own")
    func transactions() {
        #expect(
            String(decoding: EtcdTransaction.createAll([first, second], lease: 7), as: UTF8.self) == """
                {"compare":[{"key":"YQ==","result":"EQUAL","target":"CREATE","create_revision":"0"},\
                {"key":"YmM=","result":"EQUAL","target":"CREATE","create_revision":"0"}],"success":[\
                {"request_put":{"key":"YQ==","value":"MQ==","lease":"7"}},\
                {"request_put":{"key":"YmM=","value":"MjM=","lease":"7"}}]}
                """)
        #expect(
            String(decoding: EtcdTransaction.createMissing([first], lease: 7), as: UTF8.self) == """
                {"success":[{"request_txn":{"compare":[\
                {"key":"YQ==","result":"EQUAL","target":"CREATE","create_revision":"0"}],"success":[\
                {"request_put":{"key":"YQ==","value":"MQ==","lease":"7"}}]}}]}
                """)
        #expect(
            String(decoding: EtcdTransaction.replace(first, unchangedSince: 5, lease: 0), as: UTF8.self) == """
                {"compare":[{"key":"YQ==","result":"EQUAL","target":"MOD","mod_revision":"5"}],"success":[\
                {"request_put":{"key":"YQ==","value":"MQ==","lease":"0"}}]}
                """)
        #expect(
            String(decoding: EtcdTransaction.range(key: [97], end: [98], limit: 3), as: UTF8.self)
                == #"{"key":"YQ==","range_end":"Yg==","limit":"3"}"#)
    }

    @Test("base 64 is Foundation's, both ways", arguments: 0...70)
    func base64(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 200) }
        var text: [UInt8] = []
        text.appendBase64(bytes[...])
        let expected = Data(bytes).base64EncodedString()
        #expect(String(decoding: text, as: UTF8.self) == "\"\(expected)\"")
        #expect([UInt8](base64: expected) == bytes)
    }

    @Test("what is no base 64 is not read", arguments: ["a", "abc", "ab=c", "a b=", "====", "ab*="])
    func noBase64(text: String) {
        #expect([UInt8](base64: text) == nil)
    }

    @Test("a key tells time, source and id, without a slash in them; the value is the event in its place")
    func key() throws {
        let keys = EtcdKeys(prefix: "/p/", journal: "j1")
        let entry = Entry.made(7, id: "a/b ü", source: "vsphere://vc1", at: "2026-11-21T06:18:00.5Z")
        let put = try #require(keys.put(entry))
        #expect(
            String(decoding: put.key, as: UTF8.self)
                == "/p/2026-11-21T06:18:00.500000000Z/vsphere%3A%2F%2Fvc1/a%2Fb%20%C3%BC")
        let placed = try EventDecoder.decode(put.value)
        #expect(placed.sequence == 7 && placed.journal == "j1" && placed.event.id == "a/b ü")
        #expect(keys.put(Entry(sequence: 1, type: "vm.other", severity: .info, body: [])) == nil)
    }

    @Test(
        "times are as long as each other, so that keys are in their order",
        arguments: [
            ("2026-11-21T06:18:00Z", "2026-11-21T06:18:00.000000000Z"),
            ("2026-11-21T06:18:00.12Z", "2026-11-21T06:18:00.120000000Z"),
            ("1700-01-01T00:00:00.123456789Z", "1700-01-01T00:00:00.123456789Z"),
        ])
    func fixed(text: String, fixed: String) throws {
        #expect(FixedTime.text(of: try #require(Timestamp(rfc3339: text))) == fixed)
    }

    @Test("the end of a prefix is the next key that does not begin with it")
    func prefixes() {
        #expect(EtcdTransaction.end(ofPrefix: [1, 2]) == [1, 3])
        #expect(EtcdTransaction.end(ofPrefix: [1, 0xFF]) == [2])
        #expect(EtcdTransaction.end(ofPrefix: [0xFF]) == [0])
    }

    @Test("a lease serves a slice of time, and is granted anew after it or when it is lost")
    func leases() {
        let start = Timestamp(nanoseconds: 1_795_242_000_000_000_000)
        var leases = EtcdLeases(timeToLive: nil)
        #expect(leases.leaseTime == .seconds(25 * 3600 + 1))
        #expect(leases.lease(at: start) == nil)
        leases.granted(7, at: start)
        #expect(leases.lease(at: start.advanced(by: .seconds(3599))) == 7)
        #expect(leases.lease(at: start.advanced(by: .seconds(3600))) == nil)
        #expect(leases.lease(at: start.advanced(by: .seconds(-1))) == nil)
        leases.lost(8)
        #expect(leases.lease(at: start) == 7)
        leases.lost(7)
        #expect(leases.lease(at: start) == nil)
        #expect(EtcdLeases(timeToLive: .seconds(240)).leaseTime == .seconds(251))
    }

    @Test(
        "an answer is sorted by what it says, not by its status",
        arguments: [
            (429, #"{"error":"e","message":"grpc: received message larger than max (9 vs. 8)","code":8}"#, "tooLarge"),
            (429, #"{"error":"etcdserver: too many requests","code":8}"#, "retryable"),
            (429, #"{"message":"etcdserver: mvcc: database space exceeded","code":8}"#, "held"),
            (400, #"{"message":"etcdserver: request is too large","code":3}"#, "tooLarge"),
            (400, #"{"message":"etcdserver: too many operations in txn request","code":3}"#, "tooLarge"),
            (400, #"{"message":"etcdserver: duplicate key given in txn request","code":3}"#, "refused"),
            (400, #"{"message":"etcdserver: authentication failed, invalid user ID or password","code":3}"#, "held"),
            (400, #"{"message":"etcdserver: user name is empty","code":3}"#, "held"),
            (400, #"{"message":"etcdserver: revision of auth store is old","code":3}"#, "retryable"),
            (403, #"{"message":"etcdserver: permission denied","code":7}"#, "held"),
            (401, #"{"message":"etcdserver: invalid auth token","code":16}"#, "held"),
            (404, #"{"message":"etcdserver: requested lease not found","code":5}"#, "retryable"),
            (503, #"{"message":"etcdserver: leader changed","code":14}"#, "retryable"),
            (504, #"{"message":"context deadline exceeded","code":4}"#, "retryable"),
            (502, "<html>bad gateway</html>", "retryable"), (404, "404 page not found", "held"),
            (302, "", "held"), (418, "\u{0}\u{1}", "retryable"),
        ])
    func answers(status: Int, body: String, outcome: String) {
        let error = EtcdError(HTTPAnswer(status: status, body: Array(body.utf8)))
        let found =
            switch error.deliveryError {
            case .retryable: "retryable"
            case .held: "held"
            case .tooLarge: "tooLarge"
            case .refused: "refused"
            case .permanent, .partial: "other"
            }
        #expect(found == outcome, "\(error)")
    }

    @Test(
        "what cannot work is a problem",
        arguments: [
            (#"{ "endpoints": [] }"#, "name 1 to 16"), (#"{ "endpoints": ["ftp://a"] }"#, "is not a URL"),
            (#"{ "endpoints": ["http://a"], "username": "x" }"#, "go together"),
            (#"{ "endpoints": ["http://a"], "timeToLive": "1s" }"#, "not between"),
        ])
    func problem(text: String, problem: String) {
        let found = problems(text, of: EtcdConfiguration.self)
        #expect(found.contains { $0.contains(problem) }, "\(found)")
    }
}
