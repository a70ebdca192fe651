import AgentCore
import EventModel
import HTTPClient

@testable import Sinks

extension FuzzTarget {
    /// What destinations answer.
    static let destinations: [FuzzTarget] = [
        FuzzTarget(name: "sink-answers", seeds: { _ in seeds(answerTexts) + [partialSuccess] }) { bytes in
            // The status is told by the first byte; the body is all of it.
            let status = 200 + Int(bytes.first ?? 0) % 40 * 10
            for type in ["application/json", "application/x-protobuf"] {
                let answer = HTTPAnswer(status: status, headers: ["Content-Type": type], body: bytes)
                if let partial = PartialSuccess(answer) {
                    check(partial.rejected <= UInt64(Int64.max), "so many records were never sent")
                }
                for table in [SplunkAnswer.statuses, LokiStatuses.table, .standard] { _ = table.meaning(of: answer) }
                let words = answer.words(limit: 100)
                check(!words.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }, "words are one line")
                let error = EtcdError(answer)
                _ = (error.deliveryError, error.isWorthAnotherEndpoint, error.isTokenLost)
            }
            for count in [0, 1, 3] {
                let answer = BulkAnswer(bytes, count: count)
                check(answer?.items.count ?? count == count, "an answer says something of each event")
            }
            if let value = try? JSONDocument(bytes).root.value {
                for item in value["kvs"]?.array ?? [value] {
                    _ = (item.etcdBytes("key"), item.etcdInteger("mod_revision"))
                }
            }
        },
        FuzzTarget(name: "base64", seeds: { _ in seeds(["", "YQ==", "YWI=", "YWJj", "====", "YQ=a"]) }) { bytes in
            var text: [UInt8] = []
            text.appendBase64(bytes[...])
            let inner = String(decoding: text.dropFirst().dropLast(), as: UTF8.self)
            check([UInt8](base64: inner) == bytes, "what was encoded is decoded as it was")
            _ = [UInt8](base64: String(decoding: bytes, as: UTF8.self))
        },
        FuzzTarget(name: "retry-after", seeds: { _ in seeds(delays) }) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let delay = RetryAfter.delay(text, now: now) {
                check(delay >= .zero && delay <= RetryAfter.longest, "a delay has an end")
            }
            check(WebhookConsent.interval(text) >= .zero, "a pace is none below zero")
        },
        FuzzTarget(name: "broker-refusals", seeds: { _ in seeds(refusals) }) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            let code = bytes.prefix(4).reduce(Int32(0)) { $0 << 8 | Int32($1) }
            _ = (MQTTAnswer(acknowledgement: code, text), MQTTAnswer(greeting: code, text))
            _ = MQTTAnswer(farewell: code, text)
            #if Redis
                _ = RedisRefusal(text)
            #endif
        },
        FuzzTarget(name: "harmless-text", seeds: { _ in seeds(hostileNames) }) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            var shown: [UInt8] = []
            HarmlessText.append(text, to: &shown)
            check(isHarmless(shown, lines: false), "no text makes a terminal do anything")
            let json = Array(JSONText(.string(text)).bytes)
            let escaped = HarmlessJSON.escaped(json)
            check(isHarmless(escaped, lines: true), "nor does JSON")
            check((try? JSONDocument(escaped).root.value) == .string(text), "which stays what it was")
            check(isHarmless(HarmlessJSON.escaped(bytes), lines: true), "nor what is none")
        },
    ]

    /// Whether a terminal shows all of it and obeys nothing.
    private static func isHarmless(_ bytes: [UInt8], lines: Bool) -> Bool {
        guard let text = String(validating: bytes, as: UTF8.self) else { return false }
        return text.unicodeScalars.allSatisfy { scalar in
            switch scalar.properties.generalCategory {
            case .control: lines && scalar == "\n"
            case .format, .lineSeparator, .paragraphSeparator: false
            default: true
            }
        }
    }

    private static let answerTexts = [
        #"{"took":1,"errors":true,"items":[{"create":{"status":409,"error":{"type":"a","reason":"b"}}}]}"#,
        #"{"text":"Invalid data format","code":6,"invalid-event-number":1,"ackId":7,"acks":{"7":true,"x":1}}"#,
        #"{"partialSuccess":{"rejectedLogRecords":"3","errorMessage":"too old"}}"#,
        #"{"error":"etcdserver: request is too large","code":8,"message":"auth store is old"}"#,
        #"{"header":{},"kvs":[{"key":"YQ==","value":"","mod_revision":"9223372036854775808","lease":1}]}"#,
        "entry for stream '{a=\"b\"}' has structured metadata, disallowed", "<html>\r\n\u{1B}[31m502</html>",
    ]

    /// `ExportLogsServiceResponse`: three rejected, and why; a number of ten bytes; a length beyond the end.
    private static let partialSuccess: [UInt8] =
        [0x0A, 0x05, 0x08, 0x03, 0x12, 0x01, 0x78] + [0x0A, 0x0B, 0x08] + [UInt8](repeating: 0xFF, count: 9) + [0x01]
        + [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F]

    private static let delays = [
        "120", " 18446744073709551616", "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994", "Sun, 99 Nov 99999999999 99:99:99 GMT",
    ]

    private static let refusals = [
        "NOSCRIPT no", "MOVED 3999 127.0.0.1:6381", "ASK 1 [::1]:x", "MOVED 1 /", "ERR Protocol error: too long",
        "\u{90}",
    ]

    private static let hostileNames = [
        "web\u{1B}[2J\u{1B}]0;owned\u{07}", "a\u{202E}gpj.exe", "\u{9B}31m\u{85}\u{7F}\u{2028}x\r\n<script>",
        "\u{FEFF}\u{E000}😀",
    ]
}
