// swift-tools-version: 6.2
import PackageDescription

// What guestwatch is declares itself `package`; these programs may use it because they are compiled under the identity
// of the package around them: the lower-cased name of its folder, whatever that folder is called.
let root =
    Context.packageDirectory.split(separator: "/").dropLast().last.map { String($0).lowercased() } ?? "guestwatch"

let settings: [SwiftSetting] = [
    .unsafeFlags(["-package-name", root]),
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let modules = Target.Dependency.product(name: "BenchmarkedModules", package: "guestwatch")

let package = Package(
    name: "guestwatch-benchmarks",
    dependencies: [
        .package(
            name: "guestwatch", path: "..", traits: ["Kafka", "MQTT", "NATS", "PostgreSQL", "RabbitMQ", "Redis"])
    ],
    targets: [
        .systemLibrary(name: "CLimitXML", pkgConfig: "libxml-2.0", providers: [.apt(["libxml2-dev"])]),
        .systemLibrary(name: "CLimitSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
        .target(name: "CLimits", dependencies: ["CLimitXML", "CLimitSQLite"]),
        .target(name: "Measuring", dependencies: [modules], packageAccess: false, swiftSettings: settings),
        program("decode", ["CLimits", "Measuring", modules]),
        program("commit", ["CLimits", "Measuring", modules]),
        program("canned-vcenter", ["Measuring", modules]),
        program("lines", ["Measuring", modules]),
        program("follow", ["CLimitSQLite", "Measuring", "line-counter", modules]),
        .executableTarget(name: "line-counter"),
        program("webhook", ["Measuring", "hook-receiver", modules]),
        .executableTarget(name: "hook-receiver"),
        program("backlog", ["Measuring", "hook-receiver", modules]),
        program("latency", ["Measuring", "latency-probe", modules]),
        .executableTarget(name: "latency-probe"),
        .target(
            name: "CRawClients",
            linkerSettings: ["curl", "hiredis", "mosquitto", "nats", "pq", "rabbitmq", "rdkafka", "sqlite3"].map {
                .linkedLibrary($0)
            }),
        program("sinks", ["CRawClients", "Measuring", "hook-receiver", "kafka-mock", "line-counter", modules]),
        .executableTarget(name: "kafka-mock", linkerSettings: [.linkedLibrary("rdkafka")]),
        program("window", ["Measuring", modules]),
        program("whole-way", ["CLimits", "Measuring", modules]),
        program("idle", ["Measuring", modules]),
        program("fan-out", ["Measuring", modules]),
        .executableTarget(name: "sleepers"),
        program("reconcile", ["CLimits", "Measuring", "sleepers", modules]),
    ],
    cLanguageStandard: .c2x
)

func program(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(name: name, dependencies: dependencies, packageAccess: false, swiftSettings: settings)
}
