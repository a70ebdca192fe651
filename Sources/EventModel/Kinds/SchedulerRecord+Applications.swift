// Records about applications.

extension SchedulerRecord {
    /// Why an allocation was taken back.
    public enum AllocationEnd: Sendable, Hashable, CaseIterable {
        case canceled
        case preempted
        case timedOut
        case placeholderReplaced
        case nodeRemoved

        fileprivate var detail: SchedulerDetail {
            switch self {
            case .canceled: .allocationCanceled
            case .preempted: .allocationPreempted
            case .timedOut: .allocationTimedOut
            case .placeholderReplaced: .allocationReplaced
            case .nodeRemoved: .allocationNodeRemoved
            }
        }
    }

    /// Why a request is no more.
    public enum RequestEnd: Sendable, Hashable, CaseIterable {
        case canceled
        case allocated
        case timedOut

        fileprivate var detail: SchedulerDetail {
            switch self {
            case .canceled: .requestCanceled
            case .allocated: .requestAllocated
            case .timedOut: .requestTimedOut
            }
        }
    }

    /// What an application may have become.
    public enum ApplicationState: Sendable, Hashable, CaseIterable {
        case accepted, rejected, running, completing, completed, failing, failed, resuming, expired

        fileprivate var detail: SchedulerDetail {
            switch self {
            case .accepted: .applicationAccepted
            case .rejected: .applicationRejected
            case .running: .applicationRunning
            case .completing: .applicationCompleting
            case .completed: .applicationCompleted
            case .failing: .applicationFailing
            case .failed: .applicationFailed
            case .resuming: .applicationResuming
            case .expired: .applicationExpired
            }
        }

        fileprivate var severity: Severity {
            switch self {
            case .rejected, .failing, .failed, .expired: .warning
            default: .info
            }
        }
    }

    /// An application was submitted.
    public static func applicationAdded(_ application: String) -> Self {
        Self("application.added", .add, .applicationNew, of: application, "The application was added.")
    }

    /// An application is gone.
    public static func applicationRemoved(_ application: String) -> Self {
        Self("application.removed", .remove, of: application, "The application was removed.")
    }

    /// An application came to another state; `info` says more, in the scheduler's words.
    public static func applicationStateChanged(
        _ application: String, to state: ApplicationState, info: String = ""
    ) -> Self {
        Self(
            "application.state-changed", .set, state.detail, of: application, severity: state.severity,
            info.isEmpty ? "The application is \(state)." : info)
    }

    /// An allocation was made for an application.
    public static func allocationAdded(_ allocation: String, of application: String, resource: Resource) -> Self {
        Self(
            "application.allocation-added", .add, .applicationAllocation, of: application, to: allocation,
            resource: resource, "An allocation was added to the application.")
    }

    /// An allocation was taken from an application.
    public static func allocationRemoved(
        _ allocation: String, of application: String, because end: AllocationEnd, resource: Resource
    ) -> Self {
        Self(
            "application.allocation-removed", .remove, end.detail, of: application, to: allocation, resource: resource,
            "An allocation was removed from the application: \(end.detail.word).")
    }

    /// An application asks for an allocation.
    public static func requestAdded(_ request: String, of application: String, resource: Resource) -> Self {
        Self(
            "application.request-added", .add, .applicationRequest, of: application, to: request, resource: resource,
            "A request was added to the application.")
    }

    /// An application asks no more.
    public static func requestRemoved(
        _ request: String, of application: String, because end: RequestEnd, resource: Resource
    ) -> Self {
        Self(
            "application.request-removed", .remove, end.detail, of: application, to: request, resource: resource,
            "A request was removed from the application: \(end.detail.word).")
    }

    /// Whether the queue has room for the application changed.
    public static func applicationRunnable(_ application: String, byQueue isRunnable: Bool) -> Self {
        isRunnable
            ? Self(
                "application.queue-unblocked", .none, .applicationRunnableByQueue, of: application,
                "The queue has room for the application.")
            : Self(
                "application.queue-blocked", .none, .applicationBlockedByQueue, of: application, severity: .notice,
                "The queue has no room for the application.")
    }

    /// Whether the user's quota has room for the application changed.
    public static func applicationRunnable(_ application: String, byQuota isRunnable: Bool) -> Self {
        isRunnable
            ? Self(
                "application.quota-unblocked", .none, .applicationRunnableByQuota, of: application,
                "The user's quota has room for the application.")
            : Self(
                "application.quota-blocked", .none, .applicationBlockedByQuota, of: application, severity: .notice,
                "The user's quota has no room for the application.")
    }
}
