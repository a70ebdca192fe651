import AgentTestKit
import EventModel
import Testing

@testable import Collectors

@Suite("Hostile lines")
struct LineMutationTests {
    /// One configuration for each format and each shipped translator.
    static let configurations: [String] =
        LineFormat.allCases.map { format in
            let pattern = format == .regex ? #", "pattern": "(?<a>\\w+)=(?<b>.*?);?""# : ""
            return #"{ "format": "\#(format.rawValue)"\#(pattern) }"#
        } + ShippedTranslator.all.map { #"{ "translator": "\#($0.name)", "unmatched": "keep" }"# }

    @Test(
        "no bytes stop a translator; every event is JSON, the same when read again, alone or with others",
        arguments: configurations)
    func mutated(configuration: String) throws {
        var random = SeededGenerator(seed: 20_261_121)
        var translator = try LineRig.translator(configuration)
        let seeds = TranslatorSample.all.flatMap { $0.log.split(separator: UInt8(ascii: "\n")).map { Array($0) } }
        var (lines, events): ([FollowedLine], [Event]) = ([], [])
        for round in 0..<1500 {
            var bytes = seeds[Int.random(in: 0..<seeds.count, using: &random)]
            for _ in 0..<Int.random(in: 0...6, using: &random) { Self.mutate(&bytes, seeds, &random) }
            let line = LineRig.line(bytes, offset: UInt64(round), identity: "f\(round % 7)")
            lines.append(line)
            var again = translator
            guard let event = translator.translate(line) else { continue }
            #expect(again.translate(line) == event)
            let decoded = try EventDecoder.decode(EventEncoder.encode(event))
            #expect(decoded.event.id == event.id && decoded.event.message == event.message)
            events.append(event)
        }
        var (whole, together) = (try LineRig.translator(configuration), Array(events.prefix(1)))
        whole.translate(lines, into: &together)
        #expect(together.dropFirst(events.isEmpty ? 0 : 1).elementsEqual(events))
    }

    private static func mutate(_ bytes: inout [UInt8], _ seeds: [[UInt8]], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<6, using: &random) {
        case 0: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 1: bytes = Array(bytes[..<place])
        case 2 where place < bytes.count: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 3: bytes += seeds[Int.random(in: 0..<seeds.count, using: &random)]
        case 4 where place < bytes.count: bytes.remove(at: place)
        default:
            bytes.insert(
                contentsOf: Array("\"\\={}[]<>:'()\u{FEFF}\n ".utf8).shuffled(using: &random).prefix(3), at: place)
        }
    }

    @Test("no bytes stop the reader of zone files")
    func zoneFiles() throws {
        var random = SeededGenerator(seed: 7)
        guard ZoneFile.load("Europe/Prague") != nil else { return }
        var bytes = Array("TZif2".utf8) + [UInt8](repeating: 0, count: 39) + Array("TZif2".utf8)
        bytes +=
            [UInt8](repeating: 0, count: 15) + [UInt8](repeating: 0, count: 24)
            + Array("\nCET-1CEST,M3.5.0,M10.5.0/3\n".utf8)
        for _ in 0..<5000 {
            var bytes = bytes
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &random)] = UInt8.random(in: 0...20, using: &random)
            }
            let offset = ZoneFile(bytes)?.offset(at: Int.random(in: -1 << 40...1 << 40, using: &random))
            #expect(abs(offset ?? 0) <= 7 * 86_400, "POSIX has a week at the most")
        }
    }
}
