import Glibc
import HTTPClient

/// One exchange through a hostile proxy: what was asked, what the server answered, what was done to it.
package struct HostileExchange: Sendable, CustomStringConvertible {
    /// Counted from 1.
    package let number: Int
    /// `ReadNextEvents`; empty when no request was read.
    package let operation: String
    /// What went wrong.
    package let fault: HostileFault.Kind?
    /// The status of the server's answer; nil when the server was not asked.
    package let status: Int?
    /// The keys of the events in the server's answer.
    package let keys: [Int]

    /// `made`: what the server answered.
    init(_ number: Int, _ operation: String, _ fault: HostileFault?, _ made: ServedAnswer?) {
        (self.number, self.operation, self.fault) = (number, operation, fault?.kind)
        status = made?.response.status
        keys = made.map { Self.keys(in: $0.body) } ?? []
    }

    package var description: String {
        let answer = status.map { "-> \($0)" } ?? "not asked"
        let events = keys.isEmpty ? "" : keys.count == 1 ? " \(keys[0])" : " \(keys[0])…\(keys[keys.count - 1])"
        return "\(number) \(operation) \(answer)\(events) \(fault?.rawValue ?? "")"
    }

    private static func keys(in body: [UInt8]) -> [Int] {
        body.withUnsafeBytes { body in
            // SAFETY: what is looked at lies within `body`.
            guard var place = body.baseAddress else { return [] }
            let end = place + body.count
            var keys: [Int] = []
            while let found = memchr(place, Int32(UInt8(ascii: "<")), end - place) {
                place = UnsafeRawPointer(found) + 1
                guard end - place > 16, memcmp(place, "key>", 4) == 0 else { continue }
                var key = 0
                for offset in 4..<15 {
                    let digit = Int(place.load(fromByteOffset: offset, as: UInt8.self)) - 48
                    if !(0...9).contains(digit) { break }
                    key = key * 10 + digit
                }
                keys.append(key)
            }
            return keys
        }
    }
}
