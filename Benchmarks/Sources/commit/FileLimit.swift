import CLimits
import Glibc
import Measuring

/// A file that bodies are appended to, one write and one fdatasync for a batch: what the disk costs.
final class FileLimit {
    // SAFETY: opened in init, closed once in deinit.
    private let descriptor: Int32

    init(path: String) throws {
        descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw MeasuringError("cannot make the file \"\(path)\": errno \(errno)") }
    }

    deinit {
        close(descriptor)
    }

    func append(_ batch: Workload.Flat) throws {
        let status = batch.withC { gw_limit_file_append(descriptor, $0) }
        guard status == 0 else { throw MeasuringError("cannot append to the file: errno \(status)") }
    }
}
