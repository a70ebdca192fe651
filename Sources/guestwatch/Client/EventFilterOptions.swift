import ArgumentParser

/// Which events a command wants; what is given must all hold.
struct EventFilterOptions: ParsableArguments, Sendable {
    /// No filter.
    static var all: EventFilterOptions {
        get throws { try EventFilterOptions.parse([]) }
    }

    @Option(help: "Types, separated by commas: vm.powered-on,container.*")
    var type: String?

    @Option(help: "This severity or a graver one: debug, info, notice, warning, error, critical.")
    var severity: String?

    @Option(help: "A guest: its subject (vm/vm-41), identifier or name.")
    var guest: String?

    @Option(help: "The source, as docker://hv1.")
    var source: String?

    @Option(help: "Events of this collector.")
    var collector: String?

    @Option(help: "That happened then or later (RFC 3339).")
    var since: String?

    @Option(help: "That happened before then (RFC 3339).")
    var until: String?

    /// The path with these as its parameters.
    func applied(to path: APIPath) -> APIPath {
        path.with("type", type).with("severity", severity).with("guest", guest).with("source", source)
            .with("collector", collector).with("since", since).with("until", until)
    }
}
