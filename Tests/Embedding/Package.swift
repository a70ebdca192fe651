// swift-tools-version: 6.2
import PackageDescription

// A program of somebody else that embeds the event manager: it sees nothing of guestwatch but the product `Guestwatch`.
let package = Package(
    name: "embedding",
    dependencies: [
        .package(name: "guestwatch", path: "../.."),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .executableTarget(
            name: "embedding",
            dependencies: [
                .product(name: "Guestwatch", package: "guestwatch"), .product(name: "Logging", package: "swift-log"),
            ])
    ]
)
