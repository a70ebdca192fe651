import AgentTestKit
import Measuring

/// The pages that are decoded.
enum Pages {
    /// Generated pages of either mix, and those of real events where the folder with them is at hand.
    static func all() -> [Page] {
        let recorded = [("43 kinds", "vcenter-style-43kinds-1000"), ("few kinds", "vcenter-style-1000")]
        return [generated("change", .change), generated("power", .power)]
            + recorded.compactMap { name, file in
                let path = SharedMaterial["vsphere/pages/\(file).resp.xml"]
                return path.flatMap(BinaryFile.read).map { Page(name: "recorded, \(name)", bytes: $0, events: 1000) }
            }
    }

    private static func generated(_ name: String, _ mix: EventPageGenerator.Mix) -> Page {
        var generator = EventPageGenerator(mix)
        return Page(name: "generated, \(name)", bytes: generator.page(1000), events: 1000)
    }
}
