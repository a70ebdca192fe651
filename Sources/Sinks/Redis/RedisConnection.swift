#if Redis
    import CHiredis
    import Glibc

    // SAFETY: the context is made in `init` and freed once, in deinit; a reply is copied and freed where it is got. The
    // buffer given to the library is copied by it within the call. Used from one thread.

    /// A connection to a Redis server: the only file that calls hiredis.
    final class RedisConnection {
        /// A reply, as far as we ask for any.
        enum Reply: Equatable {
            case number(Int64)
            case text(String)
            case error(String)
            /// Nothing, or a list.
            case other
        }

        /// Why a connection is of no use any more.
        struct Failure: Error, Equatable {
            var reason: String
        }

        /// No reply we ask for is longer: a server that sends more is none.
        private static let replyBytes = 1 << 20

        private let context: UnsafeMutablePointer<redisContext>

        /// Connects within the time.
        init(_ server: RedisServer, timeout: Duration) throws(Failure) {
            let time = Self.time(timeout)
            let made: UnsafeMutablePointer<redisContext>? =
                switch server {
                case .tcp(let host, let port): redisConnectWithTimeout(host, Int32(port), time)
                case .unix(let path): redisConnectUnixWithTimeout(path, time)
                }
            guard let made else { throw Failure(reason: "no memory for a connection") }
            context = made
            if made.pointee.err != 0 {
                let failure = Failure(reason: "cannot connect: \(Self.text(of: made))")
                throw failure
            }
        }

        deinit {
            redisFree(context)
        }

        /// Puts bytes of a command into what is sent with the next `replies`.
        func append(_ command: [UInt8]) {
            command.withUnsafeBytes { bytes in
                _ = redisAppendFormattedCommand(
                    context, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), bytes.count)
            }
        }

        /// Sends what was put together, and waits for that many replies.
        func replies(_ count: Int, until deadline: ContinuousClock.Instant) throws(Failure) -> [Reply] {
            var done: Int32 = 0
            while done == 0 {
                try setTime(deadline)
                guard redisBufferWrite(context, &done) == REDIS_OK else {
                    throw failure("sending")
                }
            }
            var replies: [Reply] = []
            while replies.count < count {
                if let reply = try nextReply() {
                    replies.append(reply)
                    continue
                }
                guard context.pointee.reader.pointee.len < Self.replyBytes else {
                    throw Failure(reason: "a reply of more than \(Self.replyBytes) bytes")
                }
                try setTime(deadline)
                guard redisBufferRead(context) == REDIS_OK else { throw failure("waiting for a reply") }
            }
            return replies
        }

        private func nextReply() throws(Failure) -> Reply? {
            var raw: UnsafeMutableRawPointer?
            guard redisGetReplyFromReader(context, &raw) == REDIS_OK else { throw failure("reading a reply") }
            guard let raw else { return nil }
            defer { freeReplyObject(raw) }
            let reply = raw.assumingMemoryBound(to: redisReply.self).pointee
            switch reply.type {
            case REDIS_REPLY_INTEGER: return .number(reply.integer)
            case REDIS_REPLY_ERROR: return .error(Self.text(reply))
            case REDIS_REPLY_STRING, REDIS_REPLY_STATUS: return .text(Self.text(reply))
            default: return .other
            }
        }

        /// Every read and write ends with the deadline.
        private func setTime(_ deadline: ContinuousClock.Instant) throws(Failure) {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw Failure(reason: "no reply in time") }
            redisSetTimeout(context, Self.time(max(left, .milliseconds(1))))
        }

        private func failure(_ attempt: String) -> Failure {
            Failure(reason: "\(attempt): \(Self.text(of: context))")
        }

        private static func time(_ duration: Duration) -> timeval {
            let (seconds, attoseconds) = duration.components
            return timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        }

        private static func text(of context: UnsafeMutablePointer<redisContext>) -> String {
            withUnsafeBytes(of: context.pointee.errstr) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
        }

        private static func text(_ reply: redisReply) -> String {
            guard let start = reply.str else { return "" }
            return String(decoding: UnsafeRawBufferPointer(start: start, count: reply.len), as: UTF8.self)
        }
    }
#endif
