/// Makes the names of histories.
enum JournalInstance {
    private static let letters = Array("abcdefghijklmnopqrstuvwxyz0123456789")

    /// A new name: 12 of `a-z0-9`, 62 bits of chance, so that two histories never share one.
    static func random() -> String {
        var generator = SystemRandomNumberGenerator()
        return String((0..<12).map { _ in letters[Int.random(in: letters.indices, using: &generator)] })
    }
}
