/// What a cgroup's path says about the processes in it.
package struct CgroupPlace: Sendable, Hashable {
    /// A component that is a container's or a virtual machine's.
    package struct Match: Sendable, Hashable {
        package var key: ContainerKey
        package var kind: ContainerIdentity.Kind
        package var pod: PodIdentity?
        /// The path down to that component.
        package var cgroup: String
    }

    /// From the outermost inwards.
    package private(set) var matches: [Match] = []
    /// The pod this cgroup stands for or is in, unless a container lies between.
    package private(set) var pod: PodIdentity?
    /// Its processes serve containers from outside.
    package private(set) var isHelper = false
    /// The path, in bytes; empty for the root of the hierarchy.
    package private(set) var path: [UInt8] = []

    private var isPod = false
    private var name: Range<Int> = 0..<0

    /// The root of a hierarchy.
    package init() {}

    /// The cgroup of that path below the root of its hierarchy: `/docker/945a…`.
    package init(path: String, rules: CgroupRules = .standard) {
        let bytes = Array(path.utf8)
        for range in bytes.indices.split(whereSeparator: { bytes[$0] == UInt8(ascii: "/") }).prefix(Self.maximumDepth) {
            enter(bytes.span.extracting(range.startIndex..<range.endIndex), rules: rules)
        }
    }

    /// Components of a path that are looked at.
    package static let maximumDepth = 64

    /// The container the processes are in; nil when the path names none.
    package var innermost: Match? { matches.last }

    /// The container's identity as far as the path tells it.
    package var identity: ContainerIdentity? {
        innermost.map { match in
            ContainerIdentity(
                key: match.key, kind: match.kind, name: Self.isNamed(match.key.runtime) ? match.key.id : nil,
                pod: match.pod, parents: matches.dropLast().map(\.key), sources: .cgroup, cgroup: match.cgroup)
        }
    }

    /// The same one component deeper.
    package func entering(_ component: Span<UInt8>, rules: CgroupRules = .standard) -> CgroupPlace {
        var place = self
        place.enter(component, rules: rules)
        return place
    }

    private mutating func enter(_ component: Span<UInt8>, rules: CgroupRules) {
        let above = path.count
        path.append(UInt8(ascii: "/"))
        for index in 0..<component.count { path.append(component[index]) }
        let wasPod = isPod
        isPod = false
        defer { name = (above + 1)..<path.count }
        for rule in rules.rules {
            guard stands(rule.place, wasPod: wasPod, above: above), let taken = rule.pattern.match(component)
            else { continue }
            return apply(rule, taken)
        }
    }

    private mutating func apply(_ rule: CgroupRules.Rule, _ taken: String) {
        switch rule.meaning {
        case .container, .vm:
            matches.append(
                Match(
                    key: ContainerKey(runtime: rule.word, id: taken), kind: rule.meaning == .vm ? .vm : .container,
                    pod: pod, cgroup: String(decoding: path, as: UTF8.self)))
            pod = nil
            isHelper = false
        case .pod:
            isPod = true
            pod = PodIdentity(
                uid: String(taken.map { $0 == "_" ? "-" : $0 }), qos: rule.word == "-" ? nil : rule.word)
        case .helper: isHelper = matches.isEmpty
        case .part, .host: break
        }
    }

    private func stands(_ place: CgroupRules.Place, wasPod: Bool, above: Int) -> Bool {
        switch place {
        case .anywhere: return true
        case .inPod: return wasPod
        case .directlyBelow(let parent): return path[name].elementsEqual(parent)
        case .below(let parent):
            return path[..<above].split(separator: UInt8(ascii: "/")).contains { $0.elementsEqual(parent) }
        }
    }

    /// Whether the runtime's ids are what people call its containers.
    static func isNamed(_ runtime: String) -> Bool {
        switch runtime {
        case "lxc", "nspawn", "libvirt-lxc", "libvirt-qemu", "libvirt-xen", "libvirt-ch", "osctl", "bpm": true
        default: false
        }
    }
}
