import Glibc

/// A POSIX extended regular expression over the bytes of a line.
package final class LinePattern: @unchecked Sendable {
    // SAFETY: the compiled expression stands at one address from init to deinit and is only read; regexec(3) reads the
    // bytes between the two ends it is given (REG_STARTEND), and the GNU C library locks what it changes in it.
    private let compiled: UnsafeMutablePointer<regex_t>
    /// REG_STARTEND of the GNU C library, a macro with a cast.
    private static let betweenEnds: Int32 = 1 << 2

    /// Throws what is wrong with the expression.
    package init(_ text: String) throws(LinePatternError) {
        compiled = .allocate(capacity: 1)
        compiled.initialize(to: regex_t())
        let status = regcomp(compiled, text, REG_EXTENDED)
        guard status != 0 else { return }
        var reason = [CChar](repeating: 0, count: 128)
        regerror(status, compiled, &reason, reason.count)
        compiled.deallocate()
        throw LinePatternError(
            description: String(decoding: reason.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
    }

    deinit {
        regfree(compiled)
        compiled.deallocate()
    }

    /// Whether it is found in the line.
    package func matches(_ line: ArraySlice<UInt8>) -> Bool {
        line.withUnsafeBytes { bytes in
            var place = regmatch_t(rm_so: 0, rm_eo: regoff_t(bytes.count))
            guard let start = bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else {
                return regexec(compiled, "", 0, nil, 0) == 0
            }
            return regexec(compiled, start, 1, &place, Self.betweenEnds) == 0
        }
    }
}

/// What is wrong with a regular expression, in the C library's words.
package struct LinePatternError: Error, Sendable, Equatable, CustomStringConvertible {
    package var description: String
}
