/// What goes wrong with one call.
package enum FixtureTrouble: Sendable, Hashable {
    /// The call does nothing and faults.
    case fault(VimFault)
    /// The call does nothing; a proxy or the server answers with a status and no SOAP.
    case httpStatus(Int)
    /// The call is done, its answer cut after that many bytes of the body.
    case cut(afterBytes: Int)
    /// The call is done, the connection closed without an answer.
    case cutBeforeHead
    /// The call is done, and after that many bytes of the body nothing more comes.
    case hang(afterBytes: Int)
    /// The call is done; the page's event with this index (from 0) is ill-formed XML.
    case malformed(atEvent: Int)
    /// Before the call its session ends.
    case expireSession
    /// Before the call all collectors of its session are gone.
    case destroyCollectors
    /// The call is done after a while.
    case delay(Duration)
}

/// When trouble comes: at calls of one operation, counted from 1 since the server was made.
struct ScheduledTrouble: Sendable {
    var trouble: FixtureTrouble
    var operation: String
    /// Numbers of calls, from 1.
    var calls: ClosedRange<Int>
}
