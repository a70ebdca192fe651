import Measuring

/// What the project wants of a figure.
enum Goal {
    /// At least so many a second.
    case rate(Double)
    /// Less than so many µs.
    case time(Double)
    /// Less than so many MiB.
    case memory(Double)

    /// The same on a machine so much slower than the one it was set on; memory is no matter of speed.
    func scaled(_ slowness: Double) -> Goal? {
        switch self {
        case .rate(let rate): .rate(rate / slowness)
        case .time(let time): .time(time * slowness)
        case .memory: nil
        }
    }

    var text: String {
        switch self {
        case .rate(let rate): ">= \(Figures.fixed(rate, 0))"
        case .time(let time): "< \(Figures.fixed(time, 1))"
        case .memory(let size): "< \(Figures.fixed(size, 0))"
        }
    }

    func verdict(_ value: Double) -> String {
        switch self {
        case .rate(let rate): Figures.verdict(value >= rate)
        case .time(let most), .memory(let most): Figures.verdict(value < most)
        }
    }
}
