import EventModel
import Platform

/// One connection to osctld: its socket, and how far the talk on it is.
final class OsctldConnection {
    /// A list of a thousand containers is a megabyte. In bytes.
    private static let lineLimit = 16 << 20
    private static let pieceBytes = 64 << 10
    /// Pieces read in one go: what comes faster is read by the next poll.
    private static let pieceLimit = 64

    private let socket: UnixSocket
    private let readiness: Readiness
    private var conversation: OsctldConversation
    private var splitter = LineSplitter(limit: lineLimit)

    /// Connects. Throws when nobody listens there.
    init(to path: String, for purpose: OsctldConversation.Purpose, readiness: Readiness, token: UInt64) throws {
        socket = try UnixSocket.connect(to: path)
        conversation = OsctldConversation(purpose)
        self.readiness = readiness
        try readiness.add(socket.raw, for: .readable, token: token)
    }

    deinit {
        readiness.remove(socket.raw)
        socket.close()
    }

    /// What came, line by line: a step, or a line that could not be read. `.end` when osctld closed the connection.
    func steps() throws -> [(line: [UInt8], step: Result<OsctldConversation.Step, EventDecodingError>)] {
        var steps: [(line: [UInt8], step: Result<OsctldConversation.Step, EventDecodingError>)] = []
        for _ in 0..<Self.pieceLimit {
            guard let piece = try socket.read(upTo: Self.pieceBytes) else { break }
            if piece.isEmpty {
                steps.append(([], .success(.end("it closed the connection"))))
                break
            }
            for line in splitter.take(piece) where !line.bytes.isEmpty {
                steps.append((line.bytes, try step(line)))
            }
        }
        return steps
    }

    private func step(
        _ line: LineReader.Line
    ) throws -> Result<OsctldConversation.Step, EventDecodingError> {
        do throws(EventDecodingError) {
            if line.isCut { throw EventDecodingError("longer than \(Self.lineLimit) bytes") }
            let step = conversation.take(try OsctldLine.decode(line.bytes))
            // A request is shorter than what any socket takes at once.
            if case .send(let request) = step { _ = try? socket.write(request[...]) }
            return .success(step)
        } catch {
            return .failure(error)
        }
    }
}
