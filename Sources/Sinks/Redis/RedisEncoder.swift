#if Redis
    import AgentCore
    import EventModel

    /// Writes commands in Redis' protocol (RESP): arrays of texts with their lengths.
    struct RedisEncoder {
        /// A script is given so many entries, or so many bytes of events, at the most: nobody else is served meanwhile.
        private static let (pieceEntries, pieceBytes) = (500, 1 << 20)

        let stream: String
        /// The field of the hash of cursors that is this sink's.
        let field: String
        let journal: String
        let maxLength: Int?

        init(stream: String, sink: String, journal: String, maxLength: Int?) {
            (self.stream, self.journal, self.maxLength) = (stream, journal, maxLength)
            field = "\(journal)/\(sink)"
        }

        /// The hash of cursors: in the slot of its stream, so that a cluster has both on one node.
        var cursors: String { stream.contains("{") ? "\(stream):cursors" : "{\(stream)}:cursors" }

        /// A command of texts.
        static func command(_ words: [String]) -> [UInt8] {
            var bytes: [UInt8] = []
            appendHead("*", words.count, to: &bytes)
            for word in words { append(word.utf8, count: word.utf8.count, to: &bytes) }
            return bytes
        }

        /// The beginning of a command whose text has so many bytes, without the text: a server that takes none so long
        /// says so at once.
        static func beginning(ofTextWithBytes count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            appendHead("*", 2, to: &bytes)
            append("ECHO".utf8, count: 4, to: &bytes)
            appendHead("$", count, to: &bytes)
            return bytes
        }

        /// How a delivery is cut: each piece is one call of the script.
        func pieces(of entries: [Entry]) -> [Range<Int>] {
            var pieces: [Range<Int>] = []
            var (start, bytes) = (0, 0)
            for (index, entry) in entries.enumerated() {
                if index > start, index - start == Self.pieceEntries || bytes + entry.body.count > Self.pieceBytes {
                    pieces.append(start..<index)
                    (start, bytes) = (index, 0)
                }
                bytes += entry.body.count
            }
            if start < entries.count { pieces.append(start..<entries.count) }
            return pieces
        }

        /// The call of the script, by its digest, for a piece.
        func call(_ digest: String, of entries: [Entry], in piece: Range<Int>) -> [UInt8] {
            var bytes: [UInt8] = []
            bytes.reserveCapacity(piece.reduce(512) { $0 + entries[$1].body.count + 256 })
            Self.appendHead("*", 8 + piece.count * 3, to: &bytes)
            let before = piece.lowerBound == 0 ? "" : EventEncoder.text(of: entries[piece.lowerBound - 1].sequence)
            var words = ["EVALSHA", digest, "2", stream, cursors, field]
            words += [maxLength.map { "\($0)" } ?? "", before]
            for word in words { Self.append(word.utf8, count: word.utf8.count, to: &bytes) }
            var event: [UInt8] = []
            for entry in entries[piece] {
                event.removeAll(keepingCapacity: true)
                EventEncoder.append(entry.body, sequence: entry.sequence, journal: journal, to: &event)
                let sequence = EventEncoder.text(of: entry.sequence)
                let own = "\(EventType.cloudEventsPrefix)\(entry.type.rawValue)"
                let type = EventMembers(entry.body)["type"].map(EventMembers.unescaped) ?? Array(own.utf8)[...]
                Self.append(sequence.utf8, count: sequence.utf8.count, to: &bytes)
                Self.append(type, count: type.count, to: &bytes)
                Self.append(event, count: event.count, to: &bytes)
            }
            return bytes
        }

        private static func append(_ text: some Sequence<UInt8>, count: Int, to bytes: inout [UInt8]) {
            appendHead("$", count, to: &bytes)
            bytes.append(contentsOf: text)
            bytes.append(contentsOf: [0x0D, 0x0A])
        }

        private static func appendHead(_ mark: Unicode.Scalar, _ count: Int, to bytes: inout [UInt8]) {
            bytes.append(UInt8(ascii: mark))
            bytes.appendDecimal(Int64(count))
            bytes.append(contentsOf: [0x0D, 0x0A])
        }
    }
#endif
