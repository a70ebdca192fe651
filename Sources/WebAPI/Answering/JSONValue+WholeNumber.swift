import EventModel

extension JSONValue {
    /// A number without a fraction, however it is written: JSON has but one kind of number, and 320.0 is 320.
    var wholeNumber: Int64? {
        if let integer { return integer }
        guard case .number(let text) = self, let number = Double(text), abs(number) <= 9_007_199_254_740_991 else {
            return nil
        }
        return Int64(exactly: number)
    }
}
