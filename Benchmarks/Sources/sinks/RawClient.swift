import CRawClients
import Measuring

/// A connection of a client library, used from C with nothing of ours around it.
final class RawClient {
    // SAFETY: made by one of the C functions, used by one task at a time, closed once, in deinit.
    private let handle: OpaquePointer

    /// Nil when the library cannot connect.
    init?(_ handle: OpaquePointer?) {
        guard let handle else { return nil }
        self.handle = handle
    }

    deinit {
        gw_raw_close(handle)
    }

    /// Sends a batch and waits until the server has it.
    func deliver(_ batch: RawBatch) throws {
        let status = batch.lend { gw_raw_deliver(handle, $0, $1) }
        guard status == 0 else { throw MeasuringError("the library says \(status)") }
    }
}

/// What a client library is given: bytes that are ready.
struct RawBatch {
    private struct Place {
        var (key, id, time, body): (Int, Int, Int, Int)
        var length: Int
    }

    private var bytes: [CChar] = []
    private var places: [Place] = []

    /// Adds an event, or a whole request.
    mutating func add(key: String = "", id: String = "", time: String = "", body: some Collection<UInt8>) {
        let place = Place(key: text(key), id: text(id), time: text(time), body: bytes.count, length: body.count)
        bytes.append(contentsOf: body.lazy.map { CChar(bitPattern: $0) })
        bytes.append(0)
        places.append(place)
    }

    /// Lends all of it to C.
    func lend<Value>(_ body: (UnsafePointer<gw_raw_event>?, Int32) -> Value) -> Value {
        // SAFETY: the places are within the bytes, which live as long as the closure.
        bytes.withUnsafeBufferPointer { bytes in
            let events = places.map { place in
                gw_raw_event(
                    key: bytes.baseAddress.map { $0 + place.key }, id: bytes.baseAddress.map { $0 + place.id },
                    time: bytes.baseAddress.map { $0 + place.time },
                    body: bytes.baseAddress.map { $0 + place.body }, length: place.length)
            }
            return events.withUnsafeBufferPointer { body($0.baseAddress, Int32($0.count)) }
        }
    }

    private mutating func text(_ text: String) -> Int {
        defer { bytes.append(contentsOf: text.utf8CString) }
        return bytes.count
    }
}
