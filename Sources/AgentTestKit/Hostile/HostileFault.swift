/// What a hostile network, proxy or server does to one exchange: a kind, and a seed for its details.
package struct HostileFault: Sendable, Hashable {
    /// The kinds, by what they do to the call: see `isPerformed` and `isLie`.
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        // The call is not done.
        case cutRequest, loseRequest, htmlPage, brokenHTML, redirect, unauthorized, tooLarge, unavailable, badGateway
        case garbage, endlessHead, endlessBody, gzipNonsense
        // The call is done, its answer lost in part or as a whole.
        case loseAnswer, cutAnswer, hang, drip, truncate, longerLength, shorterLength, badChunk, missingChunk
        // The call is done, its answer spoilt.
        case twice, reordered, corrupted, binary, gzipUnannounced, gzipCut, unknownEncoding
        // The call is done, and another answer given: whole, sound, and of another call.
        case stale, previous
        // The call is done and the answer is right, if not as one would send it.
        case delay, interim, closeAfter, gzipped, oneByteChunks
    }

    package var kind: Kind
    /// Draws where to cut, what to write, how long to wait.
    package var seed: UInt64

    package init(_ kind: Kind, seed: UInt64) {
        (self.kind, self.seed) = (kind, seed)
    }
}

extension HostileFault.Kind {
    /// Whether the server sees the call and does it.
    package var isPerformed: Bool {
        switch self {
        case .cutRequest, .loseRequest, .htmlPage, .brokenHTML, .redirect, .unauthorized, .tooLarge, .unavailable,
            .badGateway, .garbage, .endlessHead, .endlessBody, .gzipNonsense:
            false
        default: true
        }
    }

    /// Whether the client gets the right answer all the same.
    package var isHarmless: Bool {
        switch self {
        case .delay, .interim, .closeAfter, .gzipped, .oneByteChunks: true
        default: false
        }
    }

    /// Whether the client gets a sound answer that is not the one to its call: nothing in it says so.
    package var isLie: Bool { self == .stale || self == .previous }

    /// Costs real time until the client gives up: a life has few of them.
    package var isSlow: Bool {
        switch self {
        case .hang, .drip, .endlessHead, .endlessBody, .longerLength, .missingChunk, .delay: true
        default: false
        }
    }
}

/// What happens to one connection before the first request.
package enum HostileConnection: String, Sendable, Hashable, CaseIterable {
    /// Closed at once.
    case refused
    /// Taken, and never spoken to.
    case silent
    /// Not what was expected at all.
    case garbage
    /// Shows a certificate that has run out.
    case expiredCertificate
    /// Shows the certificate of somebody else.
    case strangeCertificate
}

/// What happens in the world around an exchange, before it.
package enum HostileStep: Sendable, Hashable {
    /// Events are written, at one time.
    case append(Int)
    /// Events are written that the user may not see.
    case appendHidden(Int)
    /// All sessions end, their collectors with them.
    case expireSessions
    /// All collectors are gone, the sessions stay.
    case destroyCollectors
    /// The agent's clock is set forward or back.
    case jump(Duration)
    /// So many collectors may be made from now on; nil: as many as before.
    case limitCollectors(Int?)
}
