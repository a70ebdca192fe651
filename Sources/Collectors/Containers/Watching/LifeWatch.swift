import Glibc
import Platform

/// Hears of the end of containers' first processes: a process descriptor for each.
///
/// Not `Sendable`: one owner, one thread at a time.
final class LifeWatch {
    /// A life that is watched.
    struct Subject {
        var key: ContainerKey
        var life: ProcessKey
        var descriptor: ProcessDescriptor
    }

    private let readiness: Readiness
    /// Tokens of this watch begin here.
    private let firstToken: UInt64
    private var subjects: [UInt64: Subject] = [:]
    private var tokens: [ProcessKey: UInt64] = [:]
    private var nextToken: UInt64
    /// Whether there were more lives than descriptors may be open.
    private(set) var isPartial = false

    init(_ readiness: Readiness, firstToken: UInt64) {
        (self.readiness, self.firstToken, nextToken) = (readiness, firstToken, firstToken)
    }

    /// What becomes of a process that shall be watched.
    enum Begun {
        case watched
        /// It has ended already, or its number is another's.
        case gone
        /// No descriptor could be had.
        case refused
    }

    /// Watches a life. `isStill` says whether the number is still that process's, once the descriptor holds it.
    func begin(_ key: ContainerKey, _ life: ProcessKey, isStill: (ProcessKey) -> Bool) -> Begun {
        guard tokens[life] == nil else { return .watched }
        do throws(SystemError) {
            let descriptor = try ProcessDescriptor(pid: life.pid)
            guard life.startTicks == 0 || isStill(life) else { return .gone }
            let token = nextToken
            nextToken += 1
            try readiness.add(descriptor.raw, for: .readable, token: token)
            subjects[token] = Subject(key: key, life: life, descriptor: descriptor)
            tokens[life] = token
            return .watched
        } catch {
            if error.code == ESRCH { return .gone }
            isPartial = true
            return .refused
        }
    }

    /// Whose token it is; nil: none of a life that is still watched.
    func subject(_ token: UInt64) -> Subject? {
        subjects[token]
    }

    /// How the life ended; nil while the kernel does not say.
    func ending(of life: ProcessKey) -> ProcessDescriptor.Ending? {
        tokens[life].flatMap { subjects[$0] }?.descriptor.ending()
    }

    /// Whether it has a descriptor, which will say how it ended.
    func isWatched(_ life: ProcessKey) -> Bool { tokens[life] != nil }

    /// The end was heard: from now on only its reaping is told, where the kernel tells that.
    func awaitReaping(of life: ProcessKey) {
        guard let token = tokens[life], let subject = subjects[token] else { return }
        readiness.remove(subject.descriptor.raw)
        try? readiness.add(subject.descriptor.raw, for: [], token: token)
    }

    /// Watches it no more.
    func end(_ life: ProcessKey) {
        guard let token = tokens.removeValue(forKey: life), let subject = subjects.removeValue(forKey: token) else {
            return
        }
        readiness.remove(subject.descriptor.raw)
        subject.descriptor.close()
    }
}
