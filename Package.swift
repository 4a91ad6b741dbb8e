// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode (from the tools version), warnings are errors, imports are internal unless said otherwise.
let house: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let metrics: Target.Dependency = .product(name: "Metrics", package: "swift-metrics")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")

let nio: [Target.Dependency] = [.product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio")]

let package = Package(
  name: "sluice",
  products: [
    .executable(name: "sluice", targets: ["sluice"]),
    .library(name: "Kafka", targets: ["Kafka"]),
    .library(name: "Postgres", targets: ["Postgres"]),
    .library(name: "ChangeEvents", targets: ["ChangeEvents"]),
    .library(name: "Capture", targets: ["Capture"]),
    .library(name: "Syncer", targets: ["Syncer"]),
    .library(name: "ReadModels", targets: ["ReadModels"]),
    .library(name: "Commands", targets: ["Commands"]),
    .library(name: "Runtime", targets: ["Runtime"]),
    // For the benchmarks alone, which stand in a package of their own.
    .library(name: "Commerce", targets: ["Commerce"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.5.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.8.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.80.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.20.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.0.0"),
  ],
  targets: [
    // Doors to C: a module map and a shim each.
    .systemLibrary(name: "CRDKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .systemLibrary(name: "CLibPQ", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
    .systemLibrary(
      name: "CCompression", providers: [.apt(["zlib1g-dev", "libzstd-dev", "liblz4-dev", "libsnappy-dev"])]),
    .target(name: "CCRC32C"),
    // Not called: it takes the place of malloc in the program.
    .target(name: "CJemalloc", linkerSettings: [.linkedLibrary("jemalloc")]),
    .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),

    .target(name: "Kafka", dependencies: ["CRDKafka", logging, metrics], swiftSettings: house),
    .target(name: "Postgres", dependencies: ["CLibPQ", logging, metrics], swiftSettings: house),
    .target(name: "ChangeEvents", dependencies: ["CSimdJSON"], swiftSettings: house),
    .target(name: "Capture", dependencies: ["Kafka", "Postgres", "ChangeEvents", logging, metrics, lifecycle], swiftSettings: house),
    .target(name: "Syncer", dependencies: ["Kafka", "Postgres", "ChangeEvents", logging, metrics, lifecycle], swiftSettings: house),
    .target(
      name: "ReadModels", dependencies: ["Syncer", "Postgres", "ChangeEvents", logging, metrics, .product(name: "Yams", package: "Yams")],
      swiftSettings: house),
    .target(name: "Commands", dependencies: ["Postgres", logging, metrics], swiftSettings: house),
    .target(name: "Runtime", dependencies: [logging, metrics, lifecycle, .product(name: "Yams", package: "Yams")], swiftSettings: house),
    .target(name: "Broker", dependencies: ["CCRC32C", "CCompression", logging, metrics, lifecycle] + nio, swiftSettings: house),
    .target(
      name: "HTTP",
      dependencies: [
        "Capture", "Commands", "Kafka", "ReadModels", "Runtime", "Syncer", logging, metrics, lifecycle,
        .product(name: "Hummingbird", package: "hummingbird"),
      ],
      swiftSettings: house),
    .target(
      name: "Commerce", dependencies: ["Commands", "ReadModels", "Syncer", "ChangeEvents", "Postgres", logging], swiftSettings: house),
    .executableTarget(
      name: "sluice",
      dependencies: [
        "Kafka", "Postgres", "ChangeEvents", "Capture", "Syncer", "ReadModels", "Commands", "Runtime", "HTTP", "Commerce", "Broker",
        "CJemalloc", logging, metrics, lifecycle, .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ], swiftSettings: house),

    .target(
      name: "TestSupport", dependencies: ["Broker", "Kafka", "Postgres", "Runtime", logging], path: "Tests/TestSupport",
      swiftSettings: house),
    .testTarget(name: "KafkaTests", dependencies: ["Kafka", "TestSupport", logging], swiftSettings: house),
    .testTarget(name: "PostgresTests", dependencies: ["Postgres", "Runtime", "TestSupport"], swiftSettings: house),
    .testTarget(name: "ChangeEventsTests", dependencies: ["ChangeEvents"], exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(
      name: "CaptureTests", dependencies: ["Capture", "ChangeEvents", "Kafka", "Postgres", "Runtime", "TestSupport", logging],
      exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(
      name: "SyncerTests", dependencies: ["Syncer", "ChangeEvents", "Kafka", "Postgres", "Runtime", "TestSupport", logging, metrics],
      swiftSettings: house),
    .testTarget(
      name: "ReadModelsTests", dependencies: ["ReadModels", "Syncer", "ChangeEvents", "Kafka", "Postgres", "TestSupport", logging],
      exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(name: "CommandsTests", dependencies: ["Commands", "Postgres", "TestSupport", logging], swiftSettings: house),
    .testTarget(
      name: "CommerceTests",
      dependencies: ["Commerce", "Commands", "ReadModels", "Syncer", "ChangeEvents", "Kafka", "Postgres", "TestSupport", logging],
      swiftSettings: house),
    .testTarget(name: "RuntimeTests", dependencies: ["Runtime", logging, metrics, lifecycle], swiftSettings: house),
    .testTarget(
      name: "BrokerTests", dependencies: ["Broker", logging, .product(name: "NIOEmbedded", package: "swift-nio")] + nio,
      exclude: ["Fixtures"], swiftSettings: house),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "HTTP", "Capture", "Commands", "Kafka", "Postgres", "ReadModels", "Runtime", "Syncer", "TestSupport", logging, metrics, lifecycle,
      ],
      swiftSettings: house),
    .testTarget(
      name: "EndToEnd", dependencies: ["ReadModels", "Syncer", "ChangeEvents", "Kafka", "Postgres", "Runtime", "TestSupport", logging],
      path: "Tests/EndToEnd", exclude: ["Fixtures"], swiftSettings: house),
  ],
  cxxLanguageStandard: .cxx17
)
