package import AgentCore
import EventModel
import Glibc
import Platform

/// What the runtimes keep about their containers below `/run`: asked when neither a cgroup nor a monitor names one.
///
/// Files come and go while they are read; what cannot be read is asked for again the next time.
package final class RuntimeStates {
    /// States kept in one folder; a host has fewer containers.
    package static let maximumStates = 16_384
    /// Bytes of one state: runc's holds the whole configuration.
    package static let maximumState = 1 << 20

    private struct Folder {
        var path: String
        var file: String
        var read: ([UInt8], String) -> RuntimeState?
        /// By name; with the number of the folder that held it, which another container of that name does not have.
        var known: [String: (inode: UInt64, state: RuntimeState)] = [:]
    }

    private var folders: [Folder]
    private let machinesFolder: String
    private var machines: [Int32: MachineState] = [:]
    private var byProcess: [ProcessKey: RuntimeState] = [:]
    private var byCgroup: [String: RuntimeState] = [:]

    /// - `host`: whose `/run` it is.
    package init(_ host: HostView) {
        var roots = [host.run]
        // Rootless containers: each user's runtimes keep theirs in the folder of the user's session.
        for user in Self.names(in: "\(host.run)/user").keys { roots.append("\(host.run)/user/\(user)") }
        folders = roots.flatMap { root in
            [
                Folder(path: "\(root)/crun", file: "status", read: RuntimeState.crun),
                Folder(path: "\(root)/runc", file: "state.json", read: RuntimeState.runc),
                Folder(path: "\(root)/youki", file: "state.json", read: RuntimeState.runc),
            ]
        }
        machinesFolder = "\(host.run)/systemd/machines"
    }

    /// Reads what is new and forgets what is gone. Folders are listed, only new states are opened.
    package func refresh() {
        var changed = false
        for index in folders.indices { changed = refresh(&folders[index]) || changed }
        if changed {
            byProcess.removeAll()
            byCgroup.removeAll()
            for state in folders.lazy.flatMap(\.known.values).map(\.state) {
                if let process = state.process { byProcess[process] = state }
                if let cgroup = state.cgroup { byCgroup[cgroup] = state }
            }
        }
        machines.removeAll()
        for name in Self.names(in: machinesFolder).keys where !name.hasPrefix("unit:") {
            guard let file = RegularFile.read("\(machinesFolder)/\(name)", limit: 64 << 10),
                let machine = MachineState.read(file), let leader = machine.leader
            else { continue }
            machines[leader] = machine
        }
    }

    /// The container whose first process it is.
    package func state(of process: ProcessKey) -> RuntimeState? {
        byProcess[process]
    }

    /// The container whose cgroup it is.
    package func state(ofCgroup path: String) -> RuntimeState? {
        byCgroup[path]
    }

    /// The machine whose leader it is. The file tells no start time: ask only of a process that may be one.
    package func machine(ledBy pid: Int32) -> MachineState? {
        machines[pid]
    }

    private func refresh(_ folder: inout Folder) -> Bool {
        let names = Self.names(in: folder.path)
        guard !names.isEmpty || !folder.known.isEmpty else { return false }
        let known = folder.known.count
        folder.known = folder.known.filter { names[$0.key] == $0.value.inode }
        var changed = folder.known.count != known
        for (name, inode) in names where folder.known[name] == nil {
            guard let bytes = RegularFile.read("\(folder.path)/\(name)/\(folder.file)", limit: Self.maximumState),
                let state = folder.read(bytes, name), state.process != nil
            else { continue }
            folder.known[name] = (inode, state)
            changed = true
        }
        return changed
    }

    /// The names in a folder, without the hidden ones; empty when it is not there.
    private static func names(in path: String) -> [String: UInt64] {
        guard let tree = try? FolderTree(path) else { return [:] }
        return (try? tree.names(upTo: maximumStates)) ?? [:]
    }
}
