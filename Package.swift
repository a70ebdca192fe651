// swift-tools-version: 6.2
import PackageDescription

// The floors of the house: a target may import what stands on a lower floor, never a peer
// (Platform lies below everything else of floor 1). `Tests/TidyTests` and the explicit import check hold them.

let system: [Target] = [
    .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev", "libssl-dev"])]),
    .systemLibrary(name: "CLibXML2", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
    .systemLibrary(name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    // clients of brokers and databases, each behind the trait of its name
    .systemLibrary(name: "CHiredis", pkgConfig: "hiredis", providers: [.apt(["libhiredis-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(name: "CNATS", pkgConfig: "libnats", providers: [.apt(["libnats-dev"])]),
    .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(name: "CRabbitMQ", pkgConfig: "librabbitmq", providers: [.apt(["librabbitmq-dev"])]),
    .systemLibrary(name: "CRdkafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .target(
        name: "CCurlShims", dependencies: ["CCurl"],
        linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CAPIPages", exclude: ["dashboard", "openapi.yaml"]),
    .target(name: "CLinux"),
    .target(name: "CTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CTestTLS", linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CVSphereTables", exclude: ["event-classes.tsv", "event-types.tsv"]),
]

// What a process that loads nothing at run time need not keep in memory: the names of its own functions for others to
// find, and a table of 24 bytes for each address in it where a bit or two are enough (glibc 2.36 reads them).
let lean = ["-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker", "--no-export-dynamic"]

let agent: [Target] = [
    // floor 1: values │ the wire │ locks, threads, Linux calls
    .target(name: "Platform", dependencies: ["CLinux"]),
    .target(name: "EventModel"),
    .target(name: "HTTPClient", dependencies: ["CCurl", "CCurlShims", "Platform"]),
    // floor 2: the contracts │ a vSphere client that knows none of our events
    .target(name: "AgentCore", dependencies: ["EventModel", "HTTPClient", "Platform"]),
    .target(
        name: "VSphere",
        dependencies: ["CLibXML2", "CVSphereTables", "EventModel", "HTTPClient", "Platform"]),
    // … │ a NATS client that knows none of our events, for the plugins that speak to one
    .target(name: "NATSClient", dependencies: ["AgentCore", "EventModel", .nats]),
    // floor 3: the plugins and the pipeline between them
    .target(
        name: "Collectors",
        dependencies: [
            "AgentCore", "CLibXML2", "CLinux", "CPCRE2", "CVSphereTables", "CZlib", "EventModel", "HTTPClient",
            "NATSClient", "Platform", "VSphere", .kafka,
        ]),
    .target(name: "Journals", dependencies: ["AgentCore", "CSQLite", "CZstd", "EventModel", "Platform"]),
    .target(name: "Pipeline", dependencies: ["AgentCore", "EventModel", "Platform", .log]),
    .target(
        name: "Sinks",
        dependencies: [
            "AgentCore", "CSQLite", "CTLS", "CZlib", "EventModel", "HTTPClient", "NATSClient", "Platform",
            .kafka, .mqtt, .postgres, .rabbitMQ, .redis,
        ]),
    // floor 4: the face to HTTP clients, above the pipeline it shows
    .target(
        name: "WebAPI",
        dependencies: [
            "AgentCore", "CAPIPages", "EventModel", "Pipeline", "Platform",
            .hummingbirdCore, .httpTypes, .log, .nioCore, .nioPosix, .nioSSL,
        ]),
    // floor 5: the command line and the composition root
    .executableTarget(
        name: "guestwatch",
        dependencies: [
            "AgentCore", "Collectors", "EventModel", "HTTPClient", "Journals", "Pipeline", "Platform", "Sinks",
            "VSphere", "WebAPI",
            .argumentParser, .lifecycle, .log, .signals,
        ],
        linkerSettings: [.unsafeFlags(lean, .when(platforms: [.linux], configuration: .release))]),
]

let tests: [Target] = [
    // beside: doubles and conformance suites; only tests import it
    .target(
        name: "AgentTestKit", dependencies: ["AgentCore", "CTestTLS", "EventModel", "HTTPClient", "Platform"]),
    .testTarget(
        name: "AgentTestKitTests", dependencies: ["AgentCore", "AgentTestKit", "EventModel", "HTTPClient", "Platform"]),
    // decoders as fuzzers call them; Tests/Fuzzing links them with libFuzzer
    .target(
        name: "FuzzTargets",
        dependencies: [
            "AgentCore", "Collectors", "EventModel", "HTTPClient", "Journals", "NATSClient", "Pipeline", "Platform",
            "Sinks", "VSphere", "WebAPI", .httpTypes,
        ],
        path: "Tests/FuzzTargets"),
    .testTarget(name: "FuzzTargetTests", dependencies: ["FuzzTargets"]),
    .testTarget(name: "PlatformTests", dependencies: ["Platform"]),
    .testTarget(name: "EventModelTests", dependencies: ["AgentTestKit", "EventModel"]),
    .testTarget(
        name: "HTTPClientTests", dependencies: ["AgentTestKit", "HTTPClient", "Platform"],
        exclude: ["Server/server.py"]),
    .testTarget(name: "AgentCoreTests", dependencies: ["AgentCore", "EventModel"]),
    .testTarget(name: "VSphereTests", dependencies: ["AgentTestKit", "EventModel", "HTTPClient", "VSphere"]),
    .testTarget(
        name: "CollectorsTests",
        dependencies: ["AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "Platform", "VSphere"],
        exclude: ["Containers/procfs", "QEMU/Recorded"]),
    // the kafka sink and collector, together on one mock cluster
    .testTarget(
        name: "KafkaTests",
        dependencies: [
            "AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "Platform", "Sinks", .kafka,
        ]),
    // the nats sink and collector, together on real servers
    .testTarget(
        name: "NATSTests",
        dependencies: [
            "AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "NATSClient", "Platform", "Sinks",
        ]),
    // collectors of agents that share them, each kind of lease on a real server
    .testTarget(
        name: "LeaseTests",
        dependencies: [
            "AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "NATSClient", "Pipeline", "Platform",
            "Sinks",
        ]),
    .testTarget(name: "JournalsTests", dependencies: ["AgentCore", "AgentTestKit", "EventModel", "Journals"]),
    .testTarget(
        name: "PipelineTests",
        dependencies: ["AgentCore", "AgentTestKit", "EventModel", "Journals", "Pipeline", "Platform", .log]),
    .testTarget(
        name: "SinksTests",
        dependencies: [
            "AgentCore", "AgentTestKit", "EventModel", "HTTPClient", "NATSClient", "Platform", "Sinks",
        ]),
    .testTarget(
        name: "EndToEndTests",
        dependencies: ["AgentCore", "AgentTestKit", "EventModel", "HTTPClient", "Platform", "guestwatch", .log],
        exclude: ["Security/old-tls.py"]),
    .testTarget(
        name: "WebAPITests",
        dependencies: [
            "AgentCore", "AgentTestKit", "EventModel", "HTTPClient", "Journals", "Pipeline", "Platform", "WebAPI", .log,
        ]),
    // whole agents under fire and under load: long by `make torture`, `make load` and `make soak`
    .testTarget(
        name: "TortureTests",
        dependencies: [
            "AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "Journals", "Pipeline", "Platform",
            "guestwatch", .log,
        ]),
    .testTarget(name: "TidyTests"),
]

let package = Package(
    name: "guestwatch",
    products: [
        .executable(name: "guestwatch", targets: ["guestwatch"]),
        // For programs that embed the event manager with collectors and sinks of their own.
        .library(name: "Guestwatch", targets: ["AgentCore", "EventModel", "HTTPClient", "Journals", "Pipeline"]),
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
        .library(
            name: "BenchmarkedModules",
            targets: [
                "AgentCore", "AgentTestKit", "Collectors", "EventModel", "HTTPClient", "Journals", "Pipeline",
                "Platform", "Sinks", "VSphere",
            ]),
    ],
    traits: [
        .trait(name: "Kafka", description: "The kafka sink and collector, by librdkafka"),
        .trait(name: "MQTT", description: "The mqtt sink, by libmosquitto"),
        .trait(name: "NATS", description: "The nats sink and collector, by libnats"),
        .trait(name: "PostgreSQL", description: "The postgres sink, by libpq"),
        .trait(name: "RabbitMQ", description: "The rabbitmq sink, by librabbitmq"),
        .trait(name: "Redis", description: "The redis sink, by hiredis"),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.5.1"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.92.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.37.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: system + (agent + tests).map(strict),
    cLanguageStandard: .c2x
)

/// Swift 6 mode, every warning an error, and the upcoming features that make imports and existentials explicit.
func strict(_ target: Target) -> Target {
    target.swiftSettings = [
        .swiftLanguageMode(.v6),
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
    return target
}

extension Target.Dependency {
    static let argumentParser = Self.product(name: "ArgumentParser", package: "swift-argument-parser")
    static let httpTypes = Self.product(name: "HTTPTypes", package: "swift-http-types")
    static let hummingbirdCore = Self.product(name: "HummingbirdCore", package: "hummingbird")
    static let lifecycle = Self.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
    static let log = Self.product(name: "Logging", package: "swift-log")
    static let kafka = Self.target(name: "CRdkafka", condition: .when(traits: ["Kafka"]))
    static let mqtt = Self.target(name: "CMosquitto", condition: .when(traits: ["MQTT"]))
    static let nats = Self.target(name: "CNATS", condition: .when(traits: ["NATS"]))
    static let nioCore = Self.product(name: "NIOCore", package: "swift-nio")
    static let nioPosix = Self.product(name: "NIOPosix", package: "swift-nio")
    static let nioSSL = Self.product(name: "NIOSSL", package: "swift-nio-ssl")
    static let postgres = Self.target(name: "CPostgres", condition: .when(traits: ["PostgreSQL"]))
    static let rabbitMQ = Self.target(name: "CRabbitMQ", condition: .when(traits: ["RabbitMQ"]))
    static let redis = Self.target(name: "CHiredis", condition: .when(traits: ["Redis"]))
    static let signals = Self.product(name: "UnixSignals", package: "swift-service-lifecycle")
}
