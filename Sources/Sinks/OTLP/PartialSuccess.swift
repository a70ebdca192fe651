import EventModel
import HTTPClient

/// What the answer to an OTLP request says of records that were rejected.
struct PartialSuccess: Equatable {
    /// How many were.
    var rejected: UInt64
    /// Why; or, when none was, a warning.
    var message: String

    /// Nil where the answer says nothing of them, as it is when all is well, and where it is no OTLP: any 2xx means
    /// that the request was accepted.
    init?(_ answer: HTTPAnswer) {
        let isJSON = answer.headers["Content-Type"]?.lowercased().hasPrefix("application/json") ?? false
        guard answer.isWhole, let read = isJSON ? Self.json(answer.body) : Self.protobuf(answer.body) else {
            return nil
        }
        self = read
    }

    private init(rejected: UInt64, message: String) {
        (self.rejected, self.message) = (rejected, message)
    }

    /// `ExportLogsServiceResponse`: field 1 is `partial_success` with the number (1) and the message (2).
    private static func protobuf(_ bytes: [UInt8]) -> PartialSuccess? {
        var response = ProtobufReader(bytes[...])
        while let (field, value) = response.next() {
            guard field == 1, case .bytes(let inner) = value else { continue }
            var found = PartialSuccess(rejected: 0, message: "")
            var partial = ProtobufReader(inner)
            while let member = partial.next() {
                switch member {
                // A number below zero, which makes no sense, is one of these too large to be one.
                case (1, .number(let number)): found.rejected = number > UInt64(Int64.max) ? 0 : number
                case (2, .bytes(let text)): found.message = String(decoding: text, as: UTF8.self)
                default: break
                }
            }
            return found
        }
        return nil
    }

    private static func json(_ bytes: [UInt8]) -> PartialSuccess? {
        guard let partial = (try? JSONDocument(bytes))?.root.value["partialSuccess"] else { return nil }
        let number = partial["rejectedLogRecords"]
        let rejected = number?.string.flatMap { Int64($0) } ?? number?.integer ?? 0
        return PartialSuccess(rejected: UInt64(clamping: rejected), message: partial["errorMessage"]?.string ?? "")
    }
}
