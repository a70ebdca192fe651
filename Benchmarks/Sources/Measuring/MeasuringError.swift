import Glibc

/// Why a measurement cannot be made or must not be believed.
package struct MeasuringError: Error, CustomStringConvertible {
    package var description: String

    package init(_ description: String) {
        self.description = description
    }
}

/// Tells the machine, then runs a program's body: an error is told in a line, and ends the program with status 1.
package func measuring(_ body: () async throws -> Void) async {
    do {
        print(Machine.line)
        try await body()
    } catch {
        let line = Array("\(error)\n".utf8)
        _ = write(2, line, line.count)
        exit(1)
    }
}
