/// What exactly a scheduler's record is about, beyond its change: a word, and the number that schedulers of this kind
/// have used for it on the wire since long (`raw value`), so that their clients find it again.
public enum SchedulerDetail: Int, Sendable, Hashable, CaseIterable {
    case none = 0

    case requestCanceled = 100
    case requestAllocated = 101
    case requestTimedOut = 102

    case applicationAllocation = 200
    case applicationRequest = 201
    case applicationRejected = 202
    case applicationNew = 203
    case applicationAccepted = 204
    case applicationRunning = 206
    case applicationCompleting = 207
    case applicationCompleted = 208
    case applicationFailing = 209
    case applicationFailed = 210
    case applicationResuming = 211
    case applicationExpired = 212
    case applicationBlockedByQueue = 213
    case applicationRunnableByQueue = 214
    case applicationBlockedByQuota = 215
    case applicationRunnableByQuota = 216

    case nodeDecommissioned = 300
    case nodeSchedulable = 302
    case nodeAllocation = 303
    case nodeCapacity = 304
    case nodeOccupied = 305
    case nodeReservation = 306

    case queueConfigured = 400
    case queueDynamic = 401
    case queueType = 402
    case queueMaximum = 403
    case queueGuaranteed = 404
    case queueApplication = 405
    case queueAllocation = 406
    case queuePreemption = 407

    case allocationCanceled = 500
    case allocationPreempted = 501
    case allocationTimedOut = 502
    case allocationReplaced = 503
    case allocationNodeRemoved = 504

    case userLimit = 600
    case groupLimit = 601
    case applicationLink = 602
    case userUsage = 603
    case groupUsage = 604

    /// In `data`: `node-removed` for `allocationNodeRemoved`; the first word, which the type says already, is left out.
    public var word: String {
        var words: [String] = [""]
        for letter in "\(self)" {
            if letter.isUppercase { words.append("") }
            words[words.count - 1] += letter.lowercased()
        }
        return words.dropFirst(words.count > 1 ? 1 : 0).joined(separator: "-")
    }
}
