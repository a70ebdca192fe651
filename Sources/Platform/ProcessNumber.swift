import Glibc

/// The number of the agent's own process, as its own process id namespace counts it.
package enum ProcessNumber {
    package static var own: Int32 { getpid() }
}
