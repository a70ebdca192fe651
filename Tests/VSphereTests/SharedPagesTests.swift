import EventModel
import Foundation
import Testing

@testable import VSphere

/// Real events and recorded exchanges; they are no part of the project.
@Suite(.enabled(if: SharedFolder.isThere, "the shared folder is not here"))
struct SharedPagesTests {
    @Test("the events of a real ESXi host decode")
    func realHost() throws {
        let file = try #require(SharedFolder.files(in: "real/esxi8-xml", suffix: ".xml").first)
        let page = try Wire.decode([UInt8](Data(contentsOf: file)))
        #expect(page.events.map(\.key) == [322, 321])
        #expect(page.events.map(\.className) == ["UserLoginSessionEvent", "UserLogoutSessionEvent"])
        #expect(page.events.allSatisfy { $0.damage == nil && $0.userName == "root" })
        #expect(try page.events[1].fields.parsed()["callCount"] == 41)
        #expect(try page.events[0].fields.parsed()["sessionId"] == "523b2442-2fdb-df9d-eaaa-fbb8a8600656")
    }

    @Test("every event of every page and recording is sound and its fields are JSON")
    func everything() throws {
        var events = 0
        for file in SharedFolder.files(in: "pages", suffix: ".xml")
            + SharedFolder.files(in: "recordings", suffix: ".resp.xml")
        {
            let bytes = try [UInt8](Data(contentsOf: file))
            let page: EventPage
            do {
                page = try Wire.decode(bytes)
            } catch {
                if case .malformed = error { Issue.record("\(file.lastPathComponent): \(error)") }
                if case .notVSphere = error { Issue.record("\(file.lastPathComponent): \(error)") }
                continue
            }
            #expect(page.events.count == occurrences(of: "</chainId>", in: bytes), "\(file.lastPathComponent)")
            for event in page.events {
                #expect(event.damage == nil, "\(file.lastPathComponent): \(event.damage ?? "")")
                #expect(try event.fields.parsed()["key"]?.integer == event.key.map(Int64.init))
            }
            events += page.events.count
        }
        #expect(events > 2000)
    }

    @Test("the answers about properties and updates of a simulator decode")
    func properties() throws {
        let recordings = SharedFolder.files(in: "recordings/debian", suffix: ".resp.xml")
        func page(_ prefix: String) throws -> EventPage {
            let file = try #require(recordings.first { $0.lastPathComponent.hasPrefix(prefix) })
            return try Wire.decode([UInt8](Data(contentsOf: file)))
        }
        #expect(try page("16-RetrievePropertiesEx-latestPage").events.count == 27)
        #expect(try page("103-WaitForUpdatesEx").updateVersion == "-")
        #expect(try page("103-WaitForUpdatesEx").events.isEmpty == false)
        #expect(try page("104-WaitForUpdatesEx").updateVersion == nil)
        #expect(try page("111-ReadNextEvents").events.isEmpty)
    }

    @Test("a property withheld after the session ended tells why")
    func missing() throws {
        let file = try #require(
            SharedFolder.files(in: "recordings/new-session-timeout", suffix: ".resp.xml")
                .first { $0.lastPathComponent.hasPrefix("07") })
        let page = try Wire.decode([UInt8](Data(contentsOf: file)))
        #expect(page.events.isEmpty)
        #expect(page.missing.map(\.path) == ["latestEvent"])
        #expect(page.missing.first?.fault.name == "NotAuthenticated")
        #expect(page.missing.first?.fault.members["privilegeId"] == "System.Read")
    }

    @Test("the faults of a simulator are told apart")
    func faults() throws {
        var found: [String: Int] = [:]
        for file in SharedFolder.files(in: "recordings", suffix: ".resp.xml") {
            let bytes = try [UInt8](Data(contentsOf: file))
            guard occurrences(of: "<soapenv:Fault>", in: bytes) > 0 else { continue }
            do {
                _ = try Wire.decode(bytes, status: 500)
                Issue.record("\(file.lastPathComponent) is no fault")
            } catch .notAuthenticated {
                found["notAuthenticated", default: 0] += 1
            } catch .invalidLogin {
                found["invalidLogin", default: 0] += 1
            } catch .invalidArgument {
                found["invalidArgument", default: 0] += 1
            } catch .managedObjectNotFound(let fault) {
                found["managedObjectNotFound", default: 0] += 1
                #expect(fault.members["obj"]?.isEmpty == false)
            } catch .notSupported {
                found["notSupported", default: 0] += 1
            } catch {
                Issue.record("\(file.lastPathComponent): \(error)")
            }
        }
        #expect(
            Set(found.keys) == [
                "notAuthenticated", "invalidLogin", "invalidArgument", "managedObjectNotFound", "notSupported",
            ])
    }

    private func occurrences(of text: String, in bytes: [UInt8]) -> Int {
        String(decoding: bytes, as: UTF8.self).components(separatedBy: text).count - 1
    }
}
