import EventModel

@testable import HTTPClient
@testable import VSphere

extension FuzzTarget {
    /// The heads of HTTP answers, recordings of them, and the secrets to be blanked in both; small SOAP answers.
    static let recordings: [FuzzTarget] = [
        FuzzTarget(name: "http-head", seeds: { $0.files(in: "Fixtures", ".http") + seeds(heads) }) { bytes in
            var reader = HTTPHeadReader()
            for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
            {
                guard reader.take(line + "\n") else { break }
            }
            check(reader.response.headers.fields.count <= bytes.count + 1, "fields take room")
        },
        FuzzTarget(name: "recording", seeds: { $0.files(in: "Fixtures", ".http") + seeds(exchanges) }) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            guard let exchange = try? RecordedExchange(file: "0007-Login.http", text: text) else { return }
            let again = try? RecordedExchange(file: "0007-Login.http", text: exchange.text)
            // A failure without a reason is written as what is none.
            check(
                again.map { $0.method == exchange.method } ?? true, "an exchange is written and read again as the same")
            _ = (exchange.name, exchange.bodyNames)
        },
        FuzzTarget(
            name: "secret-blanker",
            seeds: { $0.files(in: "Fixtures/vsphere-events", ".request.xml") + seeds(secretTexts) }
        ) { bytes in
            var blanker = SecretBlanker(.standard)
            let cookie: HTTPHeaders = ["Cookie": "session=\(String(decoding: bytes.prefix(32), as: UTF8.self))"]
            blanker.learn(cookie, bytes)
            let once = blanker.blank(bytes)
            check(blanker.blank(cookie).fields.count == 1, "no header is lost")
            for place in XMLSecretFinder.contents(in: bytes, of: .standard) where place.count >= 16 {
                let secret = bytes[place]
                guard !secret.starts(with: SecretBlanker.mark.utf8), !secret.allSatisfy({ $0 <= 0x20 }) else {
                    continue
                }
                check(!once.contains(secret), "a secret is nowhere any more")
            }
            var second = SecretBlanker(.standard)
            second.learn([:], once)
            _ = second.blank(once)
        },
        FuzzTarget(name: "vsphere-answer", seeds: { $0.files(in: "Fixtures/vsphere-events", ".response.xml") }) {
            bytes in
            for status in [200, 500] {
                let decoder = AnswerDecoder()
                decoder.begin(HTTPResponse(status: status))
                _ = decoder.receive(bytes.span.bytes)
                guard let answer = try? decoder.finish() else { continue }
                for element in [answer] + answer.children {
                    _ = ServiceContent(element)?.about.isAtLeast("8.0.3")
                    _ = (UserSession(element), EventDescriptions(element))
                }
            }
        },
    ]

    private static let heads = [
        "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "HTTP/1.1\r\n: x\r\n\tz\r\n",
        "HTTP/ 99999999999999999999",
    ]
    private static let exchanges = [
        "# x\nPOST /sdk HTTP/1.1\nA: b\n\nHTTP/1.1 200\nC: d\n", "GET / HTTP/1.1\n\n! timed out: y\n",
        "GET /\r\n\r\n! unreachable: \u{1B}",
    ]
    private static let secretTexts = [
        "<Login><userName>a</userName><password>correct horse</password></Login>",
        "<a><password><![CDATA[x]]></password",
        "<x:Header><Security>s</Security></x:Header><token a='>'>12345678</token><token/>",
    ]
}
