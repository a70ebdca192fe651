import HTTPClient
import Platform

/// A proxy before a vCenter that does to each connection and exchange what a `HostilePlan` says: a socket on loopback,
/// plain or TLS, a thread for each connection.
///
/// It speaks HTTP to both sides, and bytes to the client where a fault wants them. `stop()` ends all connections and
/// waits for their threads.
package final class HostileProxy: Sendable {
    /// What it did.
    package struct Record: Sendable {
        /// Exchanges begun, and connections taken.
        package var exchanges = 0
        package var connections = 0
        /// Faults done, by kind.
        package var faults: [HostileFault.Kind: Int] = [:]
        /// What was asked and answered, in the order of the answers: to be read when a life goes wrong.
        package var exchangesDone: [HostileExchange] = []
    }

    private struct State: Sendable {
        var record = Record()
        var isStopping = false
        var threads = 1
        var sockets: [Int: TCPSocket] = [:]
        var aborts: [Int: @Sendable () -> Void] = [:]
        /// Whole answers of the server: the last one, and the last by operation.
        var previous: ServedAnswer?
        var byOperation: [String: ServedAnswer] = [:]
    }

    /// So many exchanges are remembered at least.
    private static let remembered = 1000
    /// Between two bytes of an answer that drips.
    private static let dripPause: UInt32 = 3

    package let plan: HostilePlan
    private let listener: TCPSocket
    private let certificates: HostileCertificates?
    private let onStep: @Sendable (HostileStep) -> Void
    private let upstream: Answering
    private let state = LockedCondition(State())

    /// Listens on any free port. With certificates it speaks TLS. `onStep` is called before the exchange the step
    /// belongs to, from the thread of the connection.
    package init(
        _ plan: HostilePlan, certificates: HostileCertificates? = nil, before upstream: @escaping Answering,
        onStep: @escaping @Sendable (HostileStep) -> Void = { _ in }
    ) throws {
        (self.plan, self.certificates, self.upstream, self.onStep) = (plan, certificates, upstream, onStep)
        let listener = try TCPSocket.listening(port: 0)
        self.listener = listener
        Thread.start(name: "hostile") { [self] in
            while let socket = listener.accept() { take(socket) }
            state.change { $0.threads -= 1 }
        }
    }

    /// Where clients find it.
    package var url: String { "\(certificates == nil ? "http" : "https")://127.0.0.1:\(listener.port)" }

    /// What it did so far.
    package var record: Record { state.withLock { $0.record } }

    /// Whether nothing goes wrong any more.
    package var isCalm: Bool { record.exchanges > plan.length }

    /// Listens no more, ends all connections and waits for all threads.
    package func stop() {
        let aborts = state.change { state in
            state.isStopping = true
            for socket in state.sockets.values { socket.shutDown() }
            return Array(state.aborts.values)
        }
        listener.shutDown()
        for abort in aborts { abort() }
        state.wait { $0.threads == 0 ? .done(()) : .sleep(atMost: nil) }
    }

    private func take(_ socket: TCPSocket) {
        let number: Int? = state.change { state in
            guard !state.isStopping else { return nil }
            state.record.connections += 1
            state.threads += 1
            state.sockets[state.record.connections] = socket
            return state.record.connections
        }
        guard let number else { return }
        Thread.start(name: "hostile-\(number)") { [self] in
            serve(socket, number)
            socket.shutDown()
            state.change { state in
                state.sockets[number] = nil
                state.aborts[number] = nil
                state.threads -= 1
            }
        }
    }

    private func serve(_ socket: TCPSocket, _ number: Int) {
        let trouble = isCalm ? nil : plan.connections[number]
        switch trouble {
        case .refused: return
        case .silent:
            HostileWire(socket, nil)?.drain()
            return
        case .garbage:
            _ = socket.send([], Array("220 ready\r\n".utf8)[...], [])
            return
        default: break
        }
        let certificate =
            switch trouble {
            case .expiredCertificate: certificates?.expired
            case .strangeCertificate: certificates?.strange
            default: certificates?.right
            }
        guard let wire = HostileWire(socket, certificate) else { return }
        var reader = HTTPRequestReader(origin: url)
        while exchange(wire, &reader, number) {}
    }

    /// One request and what comes of it; false when the connection is over.
    private func exchange(_ wire: HostileWire, _ reader: inout HTTPRequestReader, _ connection: Int) -> Bool {
        if reader.bytes.isEmpty, !wire.receive(into: &reader.bytes) { return false }
        let number = state.change { state in
            state.record.exchanges += 1
            return state.record.exchanges
        }
        let fault = plan.faults[number]
        if let fault { state.change { $0.record.faults[fault.kind, default: 0] += 1 } }
        for step in plan.steps[number] ?? [] { onStep(step) }
        if fault?.kind == .cutRequest {
            note(HostileExchange(number, "", fault, nil))
            return false
        }
        while true {
            switch reader.next() {
            case .incomplete:
                guard wire.receive(into: &reader.bytes) else { return false }
            case .wantsContinue:
                guard wire.send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)[...]) else { return false }
            case .broken: return false
            case .request(let request, let keepsAlive):
                return answer(request, number, fault, wire, connection) && keepsAlive
            }
        }
    }

    private func answer(
        _ request: HTTPRequest, _ number: Int, _ fault: HostileFault?, _ wire: HostileWire, _ connection: Int
    ) -> Bool {
        let operation = Self.operation(of: request)
        if let fault, !fault.kind.isPerformed {
            note(HostileExchange(number, operation, fault, nil))
            return perform(HostileScript(instead: fault), on: wire)
        }
        let made = ask(request, connection)
        note(HostileExchange(number, operation, fault, made))
        let (previous, stale) = state.change { state in
            defer { (state.previous, state.byOperation[operation]) = (made, made) }
            return (state.previous, state.byOperation[operation])
        }
        guard let fault else { return perform(HostileScript(made), on: wire) }
        return perform(HostileScript(fault, made, stale: stale, previous: previous), on: wire)
    }

    private func note(_ exchange: HostileExchange) {
        state.change { state in
            state.record.exchangesDone.append(exchange)
            if state.record.exchangesDone.count > 2 * Self.remembered {
                state.record.exchangesDone.removeFirst(Self.remembered)
            }
        }
    }

    private func perform(_ script: HostileScript, on wire: HostileWire) -> Bool {
        for part in script.parts {
            switch part {
            case .send(let bytes):
                guard wire.send(bytes[...]) else { return false }
            case .drip(let bytes):
                for index in bytes.indices {
                    guard wire.send(bytes[index...index]) else { return false }
                    HostilePause.milliseconds(Self.dripPause)
                }
            case .pause(let duration):
                HostilePause.milliseconds(UInt32(duration.components.attoseconds / 1_000_000_000_000_000))
            case .hold:
                wire.drain()
                return false
            case .endless(let bytes):
                while wire.send(bytes[...]) {}
                return false
            }
        }
        return script.keepsAlive
    }

    /// The server's answer; a cut connection when the proxy is stopped.
    private func ask(_ request: HTTPRequest, _ connection: Int) -> ServedAnswer {
        let answer = LockedCondition<ServedAnswer?>(nil)
        let task = Task {
            let made = await upstream(request)
            answer.change { $0 = made }
        }
        let abort: @Sendable () -> Void = {
            task.cancel()
            answer.change { $0 = ServedAnswer(500) }
        }
        let isOver = state.change { state in
            state.aborts[connection] = abort
            return state.isStopping
        }
        if isOver { abort() }
        defer { state.change { $0.aborts[connection] = nil } }
        return answer.wait { $0.map { .done($0) } ?? .sleep(atMost: nil) }
    }

    /// The name of the first element in the body of the envelope.
    private static func operation(of request: HTTPRequest) -> String {
        let text = String(decoding: request.body, as: UTF8.self)
        guard let body = text.firstRange(of: "Body><") else { return "" }
        return String(text[body.upperBound...].prefix { $0 != " " && $0 != ">" && $0 != "/" })
    }
}
