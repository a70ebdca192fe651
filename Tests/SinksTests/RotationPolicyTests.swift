import EventModel
import Testing

@testable import Sinks

@Suite struct RotationPolicyTests {
    struct Case: CustomTestStringConvertible {
        var bytes: Int?
        var age: Duration?
        var length: Int
        var incoming: Int
        var elapsed: Duration
        var isDue: Bool

        var testDescription: String {
            "limit \(bytes ?? 0) bytes, \(age ?? .zero): \(length)+\(incoming) bytes after \(elapsed)"
        }
    }

    @Test(
        "a file is closed before it grows too large or when it is old enough, never when it is empty",
        arguments: [
            Case(bytes: 100, length: 0, incoming: 500, elapsed: .zero, isDue: false),
            Case(bytes: 100, length: 60, incoming: 40, elapsed: .zero, isDue: false),
            Case(bytes: 100, length: 60, incoming: 41, elapsed: .zero, isDue: true),
            Case(age: .seconds(60), length: 1, incoming: 1, elapsed: .seconds(59), isDue: false),
            Case(age: .seconds(60), length: 1, incoming: 1, elapsed: .seconds(60), isDue: true),
            Case(age: .seconds(60), length: 0, incoming: 1, elapsed: .seconds(600), isDue: false),
            Case(age: .seconds(60), length: 1, incoming: 1, elapsed: .seconds(-600), isDue: false),
            Case(length: 1 << 40, incoming: 1 << 40, elapsed: .seconds(1 << 30), isDue: false),
        ])
    func decides(_ test: Case) {
        let began = Timestamp(nanoseconds: 1_795_242_000_000_000_000)
        let isDue = RotationPolicy(bytes: test.bytes, age: test.age).isDue(
            length: test.length, began: began, incoming: test.incoming, now: began.advanced(by: test.elapsed))
        #expect(isDue == test.isDue)
    }
}
