/// What a parser found in an answer.
struct ScannedAnswer {
    /// The document without its events; nil when it did not end.
    var root: XMLElement?
    /// The outermost element as `{namespace}name`; nil when there was none.
    var rootName: String?
    /// Why the answer cannot be trusted as a whole.
    var failure: String?
    /// Undamaged events that were complete, also before a failure.
    var soundEvents: Int
    var events: [VSphereEvent]
    /// How long the answer was, as far as it came.
    var bytes = 0
}
