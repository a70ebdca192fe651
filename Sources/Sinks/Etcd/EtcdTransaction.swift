/// The bodies of etcd's requests, as its JSON gateway reads them: pure, golden-tested.
package enum EtcdTransaction {
    /// A key and its value to be.
    package struct Put: Sendable, Hashable {
        package var key: [UInt8]
        package var value: [UInt8]

        package init(key: [UInt8], value: [UInt8]) {
            (self.key, self.value) = (key, value)
        }

        /// What it takes in a request, beside a constant: the key stands in the comparison too.
        var bytes: Int { key.count * 2 + value.count }
    }

    /// Puts all, if none of the keys is there; nothing otherwise.
    package static func createAll(_ puts: some Collection<Put>, lease: Int64) -> [UInt8] {
        var body = room(for: puts)
        body.append(contentsOf: #"{"compare":["#.utf8)
        for (number, put) in puts.enumerated() {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            appendAbsence(of: put, to: &body)
        }
        body.append(contentsOf: #"],"success":["#.utf8)
        for (number, put) in puts.enumerated() {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            append(put, lease: lease, to: &body)
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }

    /// Puts those whose keys are not there, each by a transaction within one.
    package static func createMissing(_ puts: some Collection<Put>, lease: Int64) -> [UInt8] {
        var body = room(for: puts)
        body.append(contentsOf: #"{"success":["#.utf8)
        for (number, put) in puts.enumerated() {
            if number > 0 { body.append(UInt8(ascii: ",")) }
            body.append(contentsOf: #"{"request_txn":{"compare":["#.utf8)
            appendAbsence(of: put, to: &body)
            body.append(contentsOf: #"],"success":["#.utf8)
            append(put, lease: lease, to: &body)
            body.append(contentsOf: "]}}".utf8)
        }
        body.append(contentsOf: "]}".utf8)
        return body
    }

    /// Puts, if the key was last changed by that revision; nothing otherwise.
    package static func replace(_ put: Put, unchangedSince revision: Int64, lease: Int64) -> [UInt8] {
        var body = room(for: [put])
        body.append(contentsOf: #"{"compare":[{"key":"#.utf8)
        body.appendBase64(put.key[...])
        body.append(contentsOf: #","result":"EQUAL","target":"MOD","mod_revision":"\#(revision)"}],"success":["#.utf8)
        append(put, lease: lease, to: &body)
        body.append(contentsOf: "]}".utf8)
        return body
    }

    /// Asks for keys: one, or with `end` those from `key` up to before it.
    package static func range(key: [UInt8], end: [UInt8] = [], limit: Int = 0) -> [UInt8] {
        var body = Array(#"{"key":"#.utf8)
        body.appendBase64(key[...])
        if !end.isEmpty {
            body.append(contentsOf: #","range_end":"#.utf8)
            body.appendBase64(end[...])
        }
        body.append(contentsOf: #","limit":"\#(limit)"}"#.utf8)
        return body
    }

    /// The key after all that begin with `prefix`.
    package static func end(ofPrefix prefix: [UInt8]) -> [UInt8] {
        var end = prefix
        while let last = end.popLast() {
            if last < 0xFF { return end + [last + 1] }
        }
        // Every key there is.
        return [0]
    }

    /// Base 64 takes a third more; each key stands there twice.
    private static func room(for puts: some Collection<Put>) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(puts.reduce(64) { $0 + $1.bytes * 4 / 3 + 200 })
        return body
    }

    private static func appendAbsence(of put: Put, to body: inout [UInt8]) {
        body.append(contentsOf: #"{"key":"#.utf8)
        body.appendBase64(put.key[...])
        body.append(contentsOf: #","result":"EQUAL","target":"CREATE","create_revision":"0"}"#.utf8)
    }

    private static func append(_ put: Put, lease: Int64, to body: inout [UInt8]) {
        body.append(contentsOf: #"{"request_put":{"key":"#.utf8)
        body.appendBase64(put.key[...])
        body.append(contentsOf: #","value":"#.utf8)
        body.appendBase64(put.value[...])
        body.append(contentsOf: #","lease":"\#(lease)"}}"#.utf8)
    }
}
