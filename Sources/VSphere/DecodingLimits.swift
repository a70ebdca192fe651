/// How much an answer may bring before it is refused.
package struct DecodingLimits: Sendable, Hashable {
    package init() {}
}
