// swift-tools-version: 6.2
import PackageDescription

// The fuzz targets with libFuzzer: see the Makefile beside this file. A package of its own, because all of it,
// guestwatch included, is compiled with other flags (-sanitize=fuzzer,address) than anybody else wants. It needs
// nothing `package`: the targets, in Tests/FuzzTargets, belong to guestwatch, and see what tests see (-enable-testing).
let package = Package(
    name: "guestwatch-fuzzing",
    dependencies: [
        .package(
            name: "guestwatch", path: "../..",
            traits: ["Kafka", "MQTT", "NATS", "PostgreSQL", "RabbitMQ", "Redis"])
    ],
    targets: [
        .target(name: "CLibFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["CLibFuzzer", .product(name: "FuzzTargets", package: "guestwatch")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)]),
    ]
)
