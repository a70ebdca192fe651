/// The line in which the kernel's log tells that a process is killed for want of memory.
package enum OutOfMemoryLine {
    private static let mark = Array("oom-kill:constraint=".utf8)

    /// Reads a line with its head, `6,1021,90847123,-;oom-kill:constraint=CONSTRAINT_MEMCG,…`; nil for another.
    ///
    /// The cgroup's and the process's names may hold commas: both are taken between the words around them.
    package static func read(_ line: [UInt8]) -> OutOfMemoryKill? {
        guard let semicolon = line.firstIndex(of: UInt8(ascii: ";")) else { return nil }
        let text = line[(semicolon + 1)...].prefix { $0 != UInt8(ascii: "\n") }
        guard text.starts(with: mark) else { return nil }
        let rest = String(decoding: text.dropFirst(mark.count), as: UTF8.self)
        let head = String(decoding: line[..<semicolon], as: UTF8.self).split(separator: ",")
        guard head.count >= 2, let number = UInt64(head[1]), let uid = rest.lastRange(of: ",uid="),
            let pid = rest[..<uid.lowerBound].lastRange(of: ",pid="),
            let killed = Int32(rest[pid.upperBound..<uid.lowerBound]),
            let path = rest.firstRange(of: ",task_memcg="),
            let task = rest[path.upperBound...].firstRange(of: ",task="), task.upperBound <= pid.lowerBound
        else { return nil }
        return OutOfMemoryKill(
            constraint: String(rest.prefix { $0 != "," }), cgroup: String(rest[path.upperBound..<task.lowerBound]),
            process: String(rest[task.upperBound..<pid.lowerBound]), pid: killed, line: number)
    }
}

extension StringProtocol {
    /// The last place of a text.
    fileprivate func lastRange(of text: String) -> Range<Index>? {
        var found: Range<Index>?
        var rest = startIndex
        while rest < endIndex, let next = self[rest...].firstRange(of: text) {
            found = next
            rest = next.upperBound
        }
        return found
    }
}
