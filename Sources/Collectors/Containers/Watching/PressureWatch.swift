import Platform

/// Hears of containers that wait too long: a trigger for each of their pressure files and limits.
///
/// Not `Sendable`: one owner, one thread at a time.
final class PressureWatch {
    private struct Subject {
        var key: ContainerKey
        var resource: String
        var trigger: PressureTrigger
        /// When it fired last.
        var fired: ContinuousClock.Instant?
    }

    /// A trigger fires once in a window while it is exceeded: without it for so many windows it has eased.
    private static let easedWindows = 2

    private let readiness: Readiness
    private let limits: PressureLimits
    private var subjects: [UInt64: Subject] = [:]
    private var nextToken: UInt64
    /// Why triggers were refused; nil: none was.
    private(set) var refusal: SystemError?

    init(_ readiness: Readiness, limits: PressureLimits, firstToken: UInt64) {
        (self.readiness, self.limits, nextToken) = (readiness, limits, firstToken)
    }

    /// Watches a container's cgroup.
    func begin(_ key: ContainerKey, folder: String) {
        for (resource, stall) in limits.limits {
            do throws(SystemError) {
                let trigger = try PressureTrigger("\(folder)/\(resource).pressure", stall: stall, within: limits.window)
                try readiness.add(trigger.raw, for: .priority, token: nextToken)
                subjects[nextToken] = Subject(key: key, resource: resource, trigger: trigger)
                nextToken += 1
            } catch {
                if File.exists(folder) { refusal = error }
            }
        }
    }

    /// Watches it no more.
    func end(_ key: ContainerKey) {
        for (token, subject) in subjects where subject.key == key { remove(token) }
    }

    /// A trigger has something; what is exceeded since now.
    func fired(_ ready: Readiness.Ready, at now: ContinuousClock.Instant) -> (key: ContainerKey, resource: String)? {
        guard var subject = subjects[ready.token] else { return nil }
        guard !ready.what.contains(.failed) else {
            remove(ready.token)
            return nil
        }
        let isNew = subject.fired == nil
        subject.fired = now
        subjects[ready.token] = subject
        return isNew ? (subject.key, subject.resource) : nil
    }

    /// What has eased by now.
    func eased(at now: ContinuousClock.Instant) -> [(key: ContainerKey, resource: String)] {
        var eased: [(ContainerKey, String)] = []
        for (token, subject) in subjects {
            guard let fired = subject.fired, now - fired >= limits.window * Self.easedWindows else { continue }
            subjects[token]?.fired = nil
            eased.append((subject.key, subject.resource))
        }
        return eased
    }

    /// When something may have eased next.
    var deadline: ContinuousClock.Instant? {
        guard !limits.limits.isEmpty else { return nil }
        return subjects.values.compactMap(\.fired).min().map { $0 + limits.window * Self.easedWindows }
    }

    private func remove(_ token: UInt64) {
        guard let subject = subjects.removeValue(forKey: token) else { return }
        readiness.remove(subject.trigger.raw)
        subject.trigger.close()
    }
}
