/// How much an answer may bring. Limits of an event damage that event; limits of the answer refuse it.
package struct DecodingLimits: Sendable, Hashable {
    /// Elements within elements inside an event. Real events stay below 20; their JSON, with a list at each level, must
    /// stay below the 128 levels `JSONDocument` reads.
    package var eventDepth = 48
    /// JSON bytes of an event. The largest real ones, reconfigurations with all their devices, have some 50 KiB.
    package var eventBytes = 1 << 20
    /// JSON bytes of one text or attribute.
    package var textBytes = 256 << 10
    /// Attributes of one element; vim25 uses one.
    package var attributes = 16
    /// Members that may be open at once, all levels of an event together.
    package var members = 16_384
    /// Events of an answer. The protocol gives 1000 at the most; a server that ignores that is still read.
    package var events = 100_000
    /// XML bytes of an answer: an event page of 1000 large events, or the descriptions of all events, several times
    /// over.
    package var answerBytes = 64 << 20
    /// XML bytes libxml2 may hold back for one tag or reference: it looks through them again with each piece it gets.
    package var tagBytes = 1 << 20
    /// Different element names of an answer. All of vim25 has some 5000.
    package var names = 16_384
    /// Elements outside events: the descriptions of 2200 events have 20,000.
    package var treeElements = 250_000
    /// Text outside events.
    package var treeBytes = 24 << 20
    /// Elements within elements outside events.
    package var treeDepth = 64
    /// Errors of the XML in an answer; each costs time.
    package var errors = 1000

    package init() {}
}
