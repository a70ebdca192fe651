import Platform

/// Where a process stands in the nested process namespaces: the `NSpid` line of `/proc/PID/status`, which anybody may
/// read.
package struct ProcessDepth: Sendable, Hashable {
    /// Its number in each namespace, from that of this procfs inwards.
    package var numbers: [Int32]

    /// It lives in a process namespace below that of this procfs.
    package var isForeign: Bool { numbers.count > 1 }

    /// It is the first process of a namespace below that of this procfs.
    package var isFirst: Bool { isForeign && numbers.last == 1 }

    /// Nesting is limited by the kernel to 32 namespaces.
    package static let maximumDepth = 33

    /// Finds the line in `/proc/PID/status`; nil when there is none, as on kernels before 4.1.
    package static func read(_ status: Span<UInt8>) -> ProcessDepth? {
        guard var index = status.indexBehind("NSpid:") else { return nil }
        var numbers: [Int32] = []
        while index < status.count, status[index] != UInt8(ascii: "\n"), numbers.count < maximumDepth {
            if status[index] == UInt8(ascii: "\t") || status[index] == UInt8(ascii: " ") {
                index += 1
                continue
            }
            guard let number = Decimal.next(in: status, at: &index), let pid = Int32(exactly: number) else {
                return nil
            }
            numbers.append(pid)
        }
        return numbers.isEmpty ? nil : ProcessDepth(numbers: numbers)
    }

    /// As `read`, of an array.
    package static func read(_ status: [UInt8]) -> ProcessDepth? {
        read(status.span)
    }
}

extension Span<UInt8> {
    /// The index behind the first line that starts with the label; nil when no line does.
    func indexBehind(_ label: StaticString) -> Int? {
        var index = 0
        while index + label.utf8CodeUnitCount <= count {
            if starts(with: label, at: index) { return index + label.utf8CodeUnitCount }
            while index < count, self[index] != UInt8(ascii: "\n") { index += 1 }
            index += 1
        }
        return nil
    }

    /// Whether the text stands at the index.
    func starts(with text: StaticString, at index: Int) -> Bool {
        let length = text.utf8CodeUnitCount
        guard index + length <= count else { return false }
        // SAFETY: `utf8Start` holds as many bytes as the literal has.
        return (0..<length).allSatisfy { self[index + $0] == text.utf8Start[$0] }
    }

    /// A copy.
    var array: [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            // SAFETY: the buffer has room for `count` bytes, and each is written.
            for index in 0..<count { buffer[index] = self[index] }
            filled = count
        }
    }
}
