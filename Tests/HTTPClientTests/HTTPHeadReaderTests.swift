import Testing

@testable import HTTPClient

@Suite struct HTTPHeadReaderTests {
    @Test("the last head counts, in its order, without case")
    func reads() {
        var reader = HTTPHeadReader()
        for line in [
            "HTTP/1.1 100 Continue\r\n", "X-Early: 1\r\n", "\r\n", "HTTP/1.1 200 OK: as asked\r\n",
            "Set-Cookie: a=\"b:c\"; Path=/\r\n",
            "set-cookie:d\r\n", "X-Long: one\r\n", "\t two \r\n", "nonsense\r\n", "\r\n",
        ] {
            let taken = reader.take(line)
            #expect(taken)
        }
        #expect(reader.response.status == 200)
        #expect(reader.response.headers["SET-COOKIE"] == "a=\"b:c\"; Path=/")
        #expect(reader.response.headers.fields.map(\.value) == ["a=\"b:c\"; Path=/", "d", "one two"])
    }

    @Test("a head has a limit, all its lines together")
    func limits() {
        var reader = HTTPHeadReader()
        let line = "X: " + String(repeating: "x", count: 1021)
        let taken = (0..<257).map { _ in reader.take(line) }
        #expect(taken == Array(repeating: true, count: 256) + [false])
    }
}
