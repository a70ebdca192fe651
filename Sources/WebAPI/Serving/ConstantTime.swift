/// Comparison that tells nothing by how long it takes.
enum ConstantTime {
    /// Whether both are the same. Looks at every byte of the secret, wherever the first difference is; `looking` is
    /// told of each look.
    static func areEqual(_ secret: [UInt8], _ given: [UInt8], looking: () -> Void = {}) -> Bool {
        var difference = secret.count ^ given.count
        for (index, byte) in secret.enumerated() {
            looking()
            difference |= Int(byte ^ (given.isEmpty ? ~byte : given[index % given.count]))
        }
        return difference == 0
    }
}
