extension Duration {
    /// In whole milliseconds, rounded up and held at the ends of the range: a wait must not end early.
    var milliseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        let part = (attoseconds + (attoseconds > 0 ? 999_999_999_999_999 : 0)) / 1_000_000_000_000_000
        let (sum, overflowSum) = whole.addingReportingOverflow(part)
        return overflow || overflowSum ? (seconds < 0 ? .min : .max) : sum
    }
}
