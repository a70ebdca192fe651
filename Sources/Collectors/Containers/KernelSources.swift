import AgentCore
import Glibc
import Platform

/// The kernel's own words, one watch for each source, waited for together.
///
/// Not `Sendable`: one owner, one thread at a time.
final class KernelSources {
    /// What a token of the `Readiness` stands for.
    enum Token {
        static let cgroups: UInt64 = 1
        static let links: UInt64 = 2
        static let log: UInt64 = 3
        static let programs: UInt64 = 4
        static let firstLife: UInt64 = 1 << 32
        static let firstPressure: UInt64 = 1 << 48
    }

    let readiness: Readiness
    let cgroups: CgroupWatch?
    /// Nil where process numbers are another namespace's: descriptors would be of other processes.
    let lives: LifeWatch?
    let links: LinkWatch?
    let log: KernelLog?
    let pressure: PressureWatch
    private(set) var programs: NetlinkSocket?
    /// Why sources could not be opened: sentences for people.
    private(set) var refusals: [String] = []

    /// Opens what can be opened; what cannot is told in `refusals`, and the look at everything stands in for it.
    init(
        _ readiness: Readiness, host: HostView, tree: CgroupTree?, _ configuration: ContainersConfiguration
    ) {
        self.readiness = readiness
        DescriptorLimit.raise()
        let isOwn = (try? File.link("\(host.proc)/self")) == "\(getpid())"
        lives = isOwn ? LifeWatch(readiness, firstToken: Token.firstLife) : nil
        pressure = PressureWatch(readiness, limits: configuration.pressure, firstToken: Token.firstPressure)
        var refusals: [String] = []
        func open<Source>(
            _ what: String, _ token: UInt64, _ raw: (Source) -> Int32, _ make: () throws -> Source
        ) -> Source? {
            do {
                let source = try make()
                try readiness.add(raw(source), for: .readable, token: token)
                return source
            } catch {
                refusals.append("\(what): \(error)")
                return nil
            }
        }
        if let tree {
            cgroups = open("containers are found by looking only", Token.cgroups, \.raw) { try CgroupWatch(tree) }
        } else {
            cgroups = nil
            refusals.append("containers are found by looking only: no cgroup hierarchy at \"\(host.cgroups)\"")
        }
        if isOwn {
            links = open("network interfaces of containers are not seen", Token.links, \.raw) { try LinkWatch() }
        } else {
            links = nil
            refusals.append(
                "ends and network interfaces of containers are found by looking only: \"\(host.proc)\" is of another "
                    + "process namespace; run the agent in the host's")
        }
        log = open("the kernel's log is not read; kills for want of memory are counted only", Token.log, \.raw) {
            try KernelLog(host.kernelLog)
        }
        if configuration.processConnector {
            programs = open("the start of programs is not heard", Token.programs, \.raw) {
                try NetlinkSocket.processes()
            }
        }
        self.refusals = refusals
    }

    /// Hears of programs no more, until `resumePrograms`: there are too many.
    func suspendPrograms() {
        guard let programs else { return }
        readiness.remove(programs.raw)
        programs.close()
        self.programs = nil
    }

    /// Hears of programs again.
    func resumePrograms() {
        guard programs == nil, let socket = try? NetlinkSocket.processes() else { return }
        programs = (try? readiness.add(socket.raw, for: .readable, token: Token.programs)) == nil ? nil : socket
    }

    /// What cannot be seen, and why.
    var limits: [String] {
        var limits = refusals
        if cgroups?.isPartial == true {
            limits.append(
                "not all cgroups are watched: there are more than the system allows (fs.inotify.max_user_watches)")
        }
        if lives?.isPartial == true {
            limits.append("not the end of each container is heard at once: no more process descriptors can be had")
        }
        if let refusal = pressure.refusal { limits.append("pressure is not watched: \(refusal)") }
        return limits
    }
}
