package import Platform

/// What `/proc/PID/stat` says of a process that ended and was not yet reaped.
package enum DeadProcess {
    /// Fields behind the name: the state is the first, the third of the line.
    private static let (state, start, exitCode) = (0, 19, 49)

    /// How it ended: field 52, for a process in state `Z` that started then; nil when it is another, or lives.
    ///
    /// The kernel writes 0 for who may not look into the process: ask for that first.
    package static func ending(of life: ProcessKey, in stat: [UInt8]) -> ProcessDescriptor.Ending? {
        // A name may hold spaces and brackets.
        guard let bracket = stat.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = stat[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        guard fields.count > exitCode, fields[state].elementsEqual("Z".utf8),
            UInt64(String(decoding: fields[start], as: UTF8.self)) == life.startTicks,
            let status = Int32(String(decoding: fields[exitCode].prefix { $0 != 0x0A }, as: UTF8.self))
        else { return nil }
        return ProcessDescriptor.Ending(waitStatus: status)
    }
}
