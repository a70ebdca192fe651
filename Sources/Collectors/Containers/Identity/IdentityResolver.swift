package import AgentCore
package import Platform

/// Says of one process which container it is in: asks the sources in their order, and reads of procfs only what is
/// needed for the next question.
///
/// 1. the path of its cgroup, 2. its monitor's arguments, 3. the state its runtime keeps, 4. the environment of the
/// first process of its namespace, 5. that it lives in a namespace of its own.
package final class IdentityResolver {
    private let reader: ProcReader
    private let states: RuntimeStates
    /// The boot all starts count from.
    package let boot: HostBoot

    /// - `host`: where procfs and the runtimes' state lie.
    package init(_ host: HostView) throws(SystemError) {
        reader = try ProcReader(host.proc)
        states = RuntimeStates(host)
        boot = reader.boot()
    }

    /// What the process is now; throws when it is gone.
    package func identity(of pid: Int32) throws(SystemCode) -> ProcessIdentity {
        throw SystemCode(3)
    }
}

/// What runtimes keep about their containers below `/run`.
package final class RuntimeStates {
    /// - `host`: whose `/run` it is.
    package init(_ host: HostView) {}
}
