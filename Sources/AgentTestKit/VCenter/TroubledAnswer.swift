/// What trouble does to an answer that was made.
enum TroubledAnswer {
    /// The answer as it arrives, or does not.
    static func apply(_ trouble: FixtureTrouble?, to answer: ServedAnswer) -> ServedAnswer {
        var answer = answer
        switch trouble {
        case .cut(let bytes): answer.ending = .cut(afterBytes: bytes)
        case .cutBeforeHead: answer.ending = .cutBeforeHead
        case .hang(let bytes): answer.ending = .hang(afterBytes: bytes)
        case .malformed(let event): answer.body = malformed(answer.body, atEvent: event)
        default: break
        }
        return answer
    }

    /// Ends the content of the event with that index in the middle of a tag; the rest stands behind it.
    private static func malformed(_ body: [UInt8], atEvent index: Int) -> [UInt8] {
        let start = Array("<key>".utf8)
        var seen = -1
        for position in body.indices where body[position...].starts(with: start) {
            seen += 1
            if seen == index { return Array(body[..<position]) + Array("<key>12</ke<".utf8) + body[position...] }
        }
        return body
    }
}
