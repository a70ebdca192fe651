import Testing

@testable import WebAPI

@Suite("How long it takes to refuse a token")
struct TokenTimingTests {
    private static let secret = Array("0123456789abcdef0123456789abcdef".utf8)

    /// What somebody who guesses byte by byte would send.
    private static var guesses: [[UInt8]] {
        let prefixes = (0...secret.count).map { Array(secret.prefix($0)) }
        let wrongAt = secret.indices.map { place in
            var guess = secret
            guess[place] ^= 1
            return guess
        }
        return prefixes + wrongAt + [secret + secret, secret + [0]]
    }

    @Test("every guess costs as many looks at the secret, wherever it is wrong")
    func comparison() {
        for guess in Self.guesses {
            var looks = 0
            let areEqual = ConstantTime.areEqual(Self.secret, guess, looking: { looks += 1 })
            #expect(areEqual == (guess == Self.secret), "\(guess.count)")
            #expect(looks == Self.secret.count, "\(guess.count)")
        }
    }

    @Test("a token is compared with each of the file, also behind the one it is")
    func all() throws {
        let tokens = try APITokens(
            text: "read 0123456789abcdef\nadmin 0123456789abcdef\nread 1123456789abcdef\n", path: "tokens")
        // The same token twice: the greater role counts, which only who looks at all of them can know.
        #expect(tokens.role(of: "0123456789abcdef") == .admin)
        #expect(tokens.role(of: "1123456789abcdef") == .read)
        #expect(tokens.role(of: "1123456789abcdee") == nil && tokens.role(of: "") == nil)
    }
}
