import CPCRE2
import Platform

/// A regular expression with named groups (PCRE2), compiled once and safe against patterns that run away.
///
/// Matching is bounded by `stepLimit`, whatever the pattern and the line: at the limit the line counts as not matching,
/// and the outcome says so. Text is UTF-8; bytes that are not match nothing and end no match.
///
/// PCRE2, because Swift's own `Regex` takes some 30 µs for a line of 130 bytes and six groups where this takes 2.
package final class RegularExpression: @unchecked Sendable {
    // SAFETY: the compiled code is never changed after `init`, and PCRE2 lets any number of threads match with it. The
    // match block is only touched under its lock. Pointers into a line are used within one call, on a line that the
    // caller keeps. Both are freed once, in deinit.

    /// How often a match may try again: some milliseconds.
    package static let stepLimit: UInt32 = 200_000
    /// Bytes of memory a match may take beside its stack.
    private static let heapLimitKiB: UInt32 = 1024
    /// Longer patterns are no patterns of people. In bytes.
    package static let maximumPatternBytes = 4096

    /// What a match gave.
    package enum Outcome: Sendable, Equatable {
        case matched
        case unmatched
        /// The limit of steps or memory was reached before an answer was found.
        case gaveUp
    }

    /// A named group.
    package struct Group: Sendable, Hashable {
        package var name: String
        package var number: Int
    }

    package let pattern: String
    /// The named groups, in the order of their numbers.
    package let groups: [Group]
    private let code: OpaquePointer
    private let block: Locked<MatchBlock>

    /// Compiles a pattern. Throws what is wrong with it, and where.
    package init(_ pattern: String) throws(RegularExpressionError) {
        guard (1...Self.maximumPatternBytes).contains(pattern.utf8.count) else {
            throw RegularExpressionError(problem: "it has not 1 to \(Self.maximumPatternBytes) bytes", offset: 0)
        }
        var number: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_MATCH_INVALID_UTF) | PCRE2_NEVER_BACKSLASH_C
        let compiled = Array(pattern.utf8).withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, options, &number, &offset, nil)
        }
        guard let compiled else { throw RegularExpressionError(problem: Self.words(for: number), offset: offset) }
        guard let block = MatchBlock(for: compiled) else {
            pcre2_code_free_8(compiled)
            throw RegularExpressionError(problem: "there is no memory for it", offset: 0)
        }
        // Where memory may not be made executable this fails, and the pattern is interpreted: slower, otherwise alike.
        _ = pcre2_jit_compile_8(compiled, PCRE2_JIT_COMPLETE)
        (self.pattern, code, self.block) = (pattern, compiled, Locked(block))
        groups = Self.groups(of: compiled)
    }

    deinit {
        pcre2_code_free_8(code)
    }

    /// Matches a part of a line; `captures` gets the place of each named group, nil for those that took no part.
    package func match(
        _ text: borrowing [UInt8], in range: Range<Int>, captures: inout [Range<Int>?]
    ) -> Outcome {
        guard !text.isEmpty else { return match([0], in: 0..<0, captures: &captures) }
        captures.removeAll(keepingCapacity: true)
        return text.withUnsafeBufferPointer { bytes in
            let start = bytes.baseAddress.map { $0 + range.lowerBound }
            return block.withLock { owner in
                let block = owner.pointer
                let status = pcre2_match_8(code, start, range.count, 0, 0, block, Self.limits.context)
                guard status > 0 else { return status == PCRE2_ERROR_NOMATCH ? .unmatched : .gaveUp }
                guard let places = pcre2_get_ovector_pointer_8(block) else { return .gaveUp }
                for group in groups {
                    let (low, high) = (places[2 * group.number], places[2 * group.number + 1])
                    // PCRE2_UNSET is -1 here.
                    let isThere = group.number < status && 0 <= low && low <= high && high <= range.count
                    captures.append(isThere ? range.lowerBound + low..<range.lowerBound + high : nil)
                }
                return .matched
            }
        }
    }

    private static func groups(of code: OpaquePointer) -> [Group] {
        var (count, size): (UInt32, UInt32) = (0, 0)
        var table: UnsafePointer<UInt8>?
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMECOUNT), &count)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMEENTRYSIZE), &size)
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_NAMETABLE), &table)
        guard let table else { return [] }
        let groups = (0..<Int(count)).map { index in
            // An entry: the number in two bytes, the name, a zero.
            let entry = table + index * Int(size)
            return Group(name: String(cString: entry + 2), number: Int(entry[0]) << 8 | Int(entry[1]))
        }
        return groups.sorted { $0.number < $1.number }
    }

    private static func words(for number: Int32) -> String {
        var text = [UInt8](repeating: 0, count: 256)
        let count = pcre2_get_error_message_8(number, &text, text.count)
        return String(decoding: text.prefix(max(0, Int(count))), as: UTF8.self)
    }

    /// Where PCRE2 writes what it found.
    private final class MatchBlock: @unchecked Sendable {
        // SAFETY: made for one pattern and touched only under the lock of its owner; freed once, in deinit.
        let pointer: OpaquePointer

        init?(for code: OpaquePointer) {
            guard let pointer = pcre2_match_data_create_from_pattern_8(code, nil) else { return nil }
            self.pointer = pointer
        }

        deinit {
            pcre2_match_data_free_8(pointer)
        }
    }

    private static let limits = MatchLimits()

    /// What bounds every match; never changed once made.
    private final class MatchLimits: @unchecked Sendable {
        // SAFETY: made once, and only read by PCRE2 from then on. Lives as long as the program.
        let context = pcre2_match_context_create_8(nil)

        init() {
            pcre2_set_match_limit_8(context, stepLimit)
            pcre2_set_heap_limit_8(context, heapLimitKiB)
        }
    }
}

/// What is wrong with a pattern.
package struct RegularExpressionError: Error, Sendable, Equatable, CustomStringConvertible {
    package var problem: String
    /// Bytes from the beginning of the pattern.
    package var offset: Int

    package var description: String { "\(problem) (at character \(offset + 1))" }
}
