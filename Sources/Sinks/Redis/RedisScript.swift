#if Redis
    /// What runs within the server for each piece of a delivery: adds what is news and moves the cursor, as one.
    ///
    /// Redis runs a script without anything between its steps, and writes its effects to the append-only file as one
    /// transaction: after a crash both the entries and the cursor are there, or neither.
    enum RedisScript {
        /// KEYS: the stream, the hash of cursors. ARGV: the field of this sink, the length the stream is cut to or an
        /// empty text, the sequence the piece before ends with or an empty text; then sequence, type and event of each
        /// entry. Gives how many were news. The cursor is written even where it stays: WAIT asks for the replicas that
        /// have what its own connection wrote.
        static let text = """
            local last = redis.call('HGET', KEYS[2], ARGV[1]) or ''
            if last < ARGV[3] then return redis.error_reply('GUESTWATCH the piece before is missing') end
            local done, count, failed = last, 0, nil
            for i = 4, #ARGV, 3 do
              if ARGV[i] > last then
                local reply
                if ARGV[2] == '' then
                  reply = redis.pcall('XADD', KEYS[1], '*', 'type', ARGV[i + 1], 'event', ARGV[i + 2])
                else
                  reply = redis.pcall(
                    'XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[i + 1], 'event', ARGV[i + 2])
                end
                if type(reply) == 'table' and reply.err then failed = reply break end
                done, count = ARGV[i], count + 1
              end
            end
            if done ~= '' then redis.call('HSET', KEYS[2], ARGV[1], done) end
            return failed or count
            """
    }
#endif
