extension Span where Element: ~Copyable {
    /// Lends the elements in order, until `body` says no or throws.
    ///
    /// Iterating would copy each element, and with it retain what it refers to: two atomic steps for each reader of an
    /// entry, on memory that all readers share. Code that may not copy its elements does not.
    @inline(__always)
    func lend<Failure: Error>(to body: (borrowing Element) throws(Failure) -> Bool) throws(Failure) {
        var index = 0
        while index < count, try body(self[index]) { index += 1 }
    }
}
