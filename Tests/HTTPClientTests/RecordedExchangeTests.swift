import Testing

@testable import HTTPClient

@Suite struct RecordedExchangeTests {
    static let answered = RecordedExchange(
        number: 7, operation: "ReadNextEvents", method: "POST", target: "/sdk?x=1",
        requestHeaders: ["Content-Type": "text/xml; charset=utf-8", "X-Empty": ""],
        outcome: .answered(HTTPResponse(status: 500, headers: ["X": "a: b"])))

    @Test(
        "what is written is read back",
        arguments: [
            answered,
            RecordedExchange(
                number: 12345, operation: "a-b", method: "GET", target: "/", outcome: .failed(.unreachable("no: way"))),
            RecordedExchange(
                number: 1, operation: "L", method: "GET", target: "/", outcome: .failed(.timedOut("idle"))),
        ])
    func roundTrip(exchange: RecordedExchange) throws {
        #expect(try RecordedExchange(file: exchange.name + ".http", text: exchange.text) == exchange)
    }

    @Test("the form is fixed")
    func form() {
        var exchange = Self.answered
        exchange.remark = "0.500 s after the start"
        #expect(exchange.name == "0007-ReadNextEvents")
        #expect(
            exchange.text == """
                # 0.500 s after the start
                POST /sdk?x=1 HTTP/1.1
                Content-Type: text/xml; charset=utf-8
                X-Empty: \n
                HTTP/1.1 500
                X: a: b

                """)
    }

    @Test("a head written by hand may be short")
    func byHand() throws {
        let exchange = try RecordedExchange(file: "3-Login.http", text: "# by hand\nPOST /sdk\r\n\r\nHTTP/1.1 200 OK")
        #expect(exchange.number == 3)
        #expect(exchange.outcome == .answered(HTTPResponse(status: 200)))
    }

    @Test(
        "what is wrong in a head is said with the file",
        arguments: [
            ("Login.http", "POST /\n\nHTTP/1.1 200"), ("0-L.http", "POST /\n\nHTTP/1.1 200"), ("1-L.http", ""),
            ("1-L.http", "POST /"), ("1-L.http", "POST sdk\n\nHTTP/1.1 200"), ("1-L.http", "POST /\nX\n\nHTTP/1.1 200"),
            ("1-L.http", "POST /\n\n200"), ("1-L.http", "POST /\n\n! broken: x"),
            ("1-L.http", "GET /\n\nHTTP/1.1 200\n\nX: y"),
        ])
    func wrong(file: String, text: String) {
        #expect {
            try RecordedExchange(file: file, text: text)
        } throws: {
            guard case .invalid(let text) = $0 as? HTTPError else { return false }
            return text.contains("\"\(file)\"")
        }
    }

    @Test(
        "an operation's name becomes a safe file name",
        arguments: [("ReadNextEvents", "ReadNextEvents"), ("../x y", "___x_y"), ("", "request"), ("é", "_")])
    func safeName(operation: String, name: String) {
        #expect(RecordedExchange.fileName(of: operation) == name)
    }

    @Test(
        "requests are the same but for host, secrets and layout",
        arguments: [
            (
                "<?xml version='1.0'?>\n<a>\n  <password>x</password> <b>1</b>\n</a>\n",
                "<a><password>y</password><b>1</b></a>", true
            ),
            ("<a> 1</a>", "<a>1</a>", false), ("<a>1</a>", "<a>2</a>", false), ("{\"a\": 1}", "{\"a\": 1}", true),
            ("", "", true),
        ])
    func normalizes(one: String, other: String, same: Bool) {
        func request(_ body: String) -> NormalizedRequest {
            NormalizedRequest(method: "POST", target: "/", body: Array(body.utf8), names: .standard)
        }
        #expect((request(one) == request(other)) == same)
    }

    @Test(
        "the target is path and query, whoever the host",
        arguments: [
            ("https://u:p@vc1:443/sdk?a=b#c", "/sdk?a=b"), ("http://vc1", "/"), ("http://vc1?x=/", "/?x=/"),
            ("http://vc1/#x", "/"),
        ])
    func target(url: String, target: String) {
        #expect(NormalizedRequest.target(of: url) == target)
    }
}
