import AgentCore
import EventModel
import Platform

/// Finds the QEMU processes of a host in /proc.
///
/// Processes get their numbers in turn, and the kernel tells the last one it gave in `loadavg`. So a look reads that,
/// the few processes that are newer, and those so young that they may yet become a QEMU (libvirt and shells start as
/// themselves). Every `fullLook`, or where the numbers began anew, all of /proc is listed and read. In a /proc that is
/// not of our own process id namespace `loadavg` says nothing: there the numbers are listed with each look, and those
/// are read that are new or young. Processes known to carry a machine are looked at each time.
struct QEMUProcesses {
    /// A process is read again while it is younger. In looks.
    private static let youngLooks = 4
    /// Every so many looks each process is read again: one may become a QEMU late.
    private static let fullLook = 120
    /// With more new numbers than that a listing is cheaper.
    private static let reach: Int32 = 2048
    /// A number may be given a moment before its process is seen.
    private static let overlap: Int32 = 64
    /// More processes than Linux can have.
    private static let maximumProcesses = 4 << 20
    /// A state or a small file of /proc. In bytes.
    private static let smallFile = 64 << 10
    /// Clock ticks a second, on every architecture that carries machines.
    private static let ticks: Int64 = 100

    let bootID: String
    /// When the host booted, as well as it is known.
    let booted: Timestamp
    private let proc: String
    private var known: [Int32: QEMUProcess] = [:]
    /// Processes that are no machines, and in how many looks they were read.
    /// The old ones only where numbers are listed.
    private var others: [Int32: Int] = [:]
    /// Whether this /proc shows the process id namespace we live in, so that numbers in it and `loadavg` are ours.
    let isOwn: Bool
    private var newest: Int32?
    private var looks = 0

    init(_ host: HostView, now: Timestamp) {
        proc = host.proc
        bootID = Self.text("\(proc)/sys/kernel/random/boot_id") ?? "unknown"
        booted = Self.bootTime(proc, now: now)
        isOwn = Self.text("\(proc)/self/stat")?.hasPrefix("\(ProcessNumber.own) ") ?? false
    }

    /// The processes that carry machines now.
    mutating func look() -> [QEMUProcess] {
        known = known.filter { isAlive($0.value.life) }
        looks += 1
        let last = newest
        newest = isOwn ? Self.text("\(proc)/loadavg")?.split(separator: " ").last.flatMap { Int32($0) } : nil
        if looks % Self.fullLook == 1 {
            others = [:]
            search(listed())
        } else if let last, let newest, (0...Self.reach).contains(newest &- last) {
            search(Set(others.keys).union(max(1, last - Self.overlap)...newest))
        } else {
            search(listed())
        }
        return known.values.sorted { $0.life.startTicks < $1.life.startTicks }
    }

    /// The processes that carry machines now, for one question.
    static func machines(of host: HostView, now: Timestamp) -> [QEMUProcess] {
        var processes = QEMUProcesses(host, now: now)
        return processes.look()
    }

    /// The machine a process carries, looked at now; nil where it carries none.
    mutating func look(at pid: Int32) -> QEMUProcess? {
        if let process = known[pid], isAlive(process.life) { return process }
        known[pid] = read(pid)
        return known[pid]
    }

    /// Whether the process is still there, and the same.
    func isAlive(_ life: QEMULife) -> Bool {
        guard let state = state(of: life.pid) else { return false }
        return state.startTicks == life.startTicks && !state.isGone
    }

    /// How a process ended that nobody has reaped yet; nil when the kernel does not say.
    func ending(of life: QEMULife) -> ProcessDescriptor.Ending? {
        guard let stat = try? File.read("\(proc)/\(life.pid)/stat", limit: Self.smallFile) else { return nil }
        return DeadProcess.ending(of: ProcessKey(pid: life.pid, startTicks: life.startTicks), in: stat)
    }

    private func listed() -> Set<Int32> {
        Set((FolderListing.names(in: proc, limit: Self.maximumProcesses) ?? []).compactMap { Int32($0) })
    }

    /// Reads those that are new or young; forgets the others that are not among these.
    private mutating func search(_ pids: Set<Int32>) {
        var seen: [Int32: Int] = [:]
        for pid in pids where known[pid] == nil {
            let count = others[pid] ?? 0
            if count < Self.youngLooks, let process = read(pid) {
                known[pid] = process
            } else if newest == nil || count + 1 < Self.youngLooks {
                seen[pid] = min(count + 1, Self.youngLooks)
            }
        }
        others = seen
    }

    private func read(_ pid: Int32) -> QEMUProcess? {
        guard let bytes = try? File.read("\(proc)/\(pid)/cmdline", limit: QEMUCommandLine.maximumBytes),
            let commandLine = QEMUCommandLine(bytes), !isThread(pid), let state = state(of: pid), !state.isGone,
            carriesMachine(pid, commandLine, state)
        else { return nil }
        let life = QEMULife(bootID: bootID, pid: pid, startTicks: state.startTicks)
        return QEMUProcess(life: life, started: started(state.startTicks), commandLine: commandLine)
    }

    /// A thread has a number of the same kind, is in no listing of /proc, and yet is there when it is asked for.
    private func isThread(_ pid: Int32) -> Bool {
        let line = Self.text("\(proc)/\(pid)/status")?.split(separator: "\n").first { $0.hasPrefix("Tgid:") }
        return line.map { Int32($0.dropFirst(5).drop { $0 == "\t" || $0 == " " }) != pid } ?? false
    }

    /// A QEMU may fork: to daemonize, or to run a script. Only one of such a family carries the machine: not the one
    /// whose parent is a QEMU, and with `-daemonize` the one whose session lost its leader.
    private func carriesMachine(_ pid: Int32, _ commandLine: QEMUCommandLine, _ state: ProcessState) -> Bool {
        let parent = try? File.read("\(proc)/\(state.parent)/cmdline", limit: QEMUCommandLine.maximumBytes)
        if let parent, QEMUCommandLine(parent) != nil { return false }
        return !commandLine.daemonizes || self.state(of: state.session) == nil
    }

    private func state(of pid: Int32) -> ProcessState? {
        (try? File.read("\(proc)/\(pid)/stat", limit: Self.smallFile)).flatMap { ProcessState($0) }
    }

    private func started(_ startTicks: UInt64) -> Timestamp {
        booted.advanced(by: .milliseconds(Int64(clamping: min(startTicks, 1 << 50)) * 1000 / Self.ticks))
    }

    /// `/proc/stat` knows it to the second, the uptime better; but a recorded uptime is of another day.
    private static func bootTime(_ proc: String, now: Timestamp) -> Timestamp {
        let line = text("\(proc)/stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        let seconds = line.flatMap { Int64($0.dropFirst(6)) }.map { min(max($0, 0), 9_000_000_000) }
        let rough = seconds.map { Timestamp(nanoseconds: $0 * 1_000_000_000) }
        let uptime = text("\(proc)/uptime")?.split(separator: " ").first.flatMap { Double($0) } ?? 0
        // What is no number is neither more nor less than another.
        let known = uptime.isNaN ? 0 : min(max(uptime, 0), 1e10)
        let exact = now.advanced(by: .milliseconds(-Int64(known * 1000)))
        guard let rough else { return exact }
        let apart = exact.since(rough)
        return max(apart, .zero - apart) <= .seconds(2) ? exact : rough
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? File.read(path, limit: 1 << 20) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
