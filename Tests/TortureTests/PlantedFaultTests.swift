import Testing

/// Collectors broken on purpose: a torture that does not find them proves nothing.
@Suite("The torture finds a broken collector", .serialized, .timeLimit(.minutes(10)))
struct PlantedFaultTests {
    /// Lives at a time.
    private static let width: UInt64 = 3
    private static let lives: UInt64 = 60

    @Test("each planted fault is found within a few lives")
    func found() async throws {
        try await withThrowingTaskGroup(of: (PlantedFault, UInt64?).self) { group in
            for fault in PlantedFault.allCases { group.addTask { (fault, try await Self.lives(until: fault)) } }
            for try await (fault, lives) in group {
                if let lives { print("\(fault.rawValue): found within \(lives) lives") }
                #expect(lives != nil, "\(Self.lives) lives show nothing of \(fault.rawValue)")
            }
        }
    }

    /// How many lives it took to find it.
    private static func lives(until fault: PlantedFault) async throws -> UInt64? {
        for first in stride(from: 1, to: Int(lives), by: Int(width)) {
            let isFound = try await withThrowingTaskGroup(of: Bool.self) { group in
                for seed in UInt64(first)..<UInt64(first) + width {
                    group.addTask { fault.isFound(in: try await HostileLife(seed: seed, plant: fault).run()) }
                }
                return try await group.reduce(false) { $0 || $1 }
            }
            if isFound { return UInt64(first) + width - 1 }
        }
        return nil
    }
}
