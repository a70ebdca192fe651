/// Who is connected to which unix socket, by `/proc/net/unix`. Pure.
///
///     Num       RefCount Protocol Flags    Type St Inode Path
///     635f071f: 00000002 00000000 00010000 0001 01 19361 /run/vm.qmp      listens
///     1b72e0f4: 00000003 00000000 00000000 0001 03 19373 /run/vm.qmp      a client, accepted
///     5766931c: 00000003 00000000 00000000 0001 02     0 /run/vm.qmp      a client that waits to be accepted
package struct SocketTable: Sendable {
    /// The clients of one listener.
    package struct Clients: Sendable, Hashable {
        package var isListening = false
        package var accepted = 0
        package var waiting = 0

        package init(isListening: Bool = false, accepted: Int = 0, waiting: Int = 0) {
            (self.isListening, self.accepted, self.waiting) = (isListening, accepted, waiting)
        }
    }

    /// Of a larger table nothing is read: 200,000 sockets. In bytes.
    package static let maximumBytes = 16 << 20

    private let clients: [String: Clients]

    /// Reads the rows about these paths.
    package init(_ bytes: [UInt8], of paths: Set<String>) {
        var clients: [String: Clients] = [:]
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: 0x20, maxSplits: 7)
            guard fields.count == 8 else { continue }
            let path = String(decoding: fields[7], as: UTF8.self)
            guard paths.contains(path) else { continue }
            switch String(decoding: fields[5], as: UTF8.self) {
            case "01": clients[path, default: .init()].isListening = true
            case "02": clients[path, default: .init()].waiting += 1
            case "03": clients[path, default: .init()].accepted += 1
            default: break
            }
        }
        self.clients = clients
    }

    package subscript(_ path: String) -> Clients { clients[path] ?? Clients() }
}
