// swift-tools-version: 6.2
import PackageDescription

/// Benchmarks stand apart, so that building and testing Sluice builds none of them.
let package = Package(
  name: "sluice-benchmarks",
  dependencies: [
    .package(name: "sluice", path: "../.."),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
  ],
  targets: [
    // The same loops in C, to measure against.
    .executableTarget(name: "kafka-bench-c", path: "kafka/reference", linkerSettings: [.linkedLibrary("rdkafka")]),
    .executableTarget(
      name: "kafka-bench",
      dependencies: [
        "kafka-bench-c", "BenchmarkSupport", .product(name: "Kafka", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "kafka/bench", swiftSettings: [.treatAllWarnings(as: .error)]),

    // Servers, daemons and figures for those below.
    .target(
      name: "BenchmarkSupport",
      dependencies: [
        .product(name: "Kafka", package: "sluice"), .product(name: "Postgres", package: "sluice"),
        .product(name: "ReadModels", package: "sluice"), .product(name: "Runtime", package: "sluice"),
        .product(name: "Logging", package: "swift-log"),
      ],
      path: "support", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "mirror-bench", dependencies: ["BenchmarkSupport"], path: "mirror", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "catchup-bench", dependencies: ["BenchmarkSupport"], path: "catchup", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "documents-bench", dependencies: ["BenchmarkSupport", .product(name: "Commerce", package: "sluice")], path: "documents",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "malformed-bench",
      dependencies: [
        "BenchmarkSupport", .product(name: "Kafka", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "malformed", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "capture-bench", dependencies: ["BenchmarkSupport"], path: "capture", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "debezium-bench", dependencies: ["BenchmarkSupport"], path: "debezium", exclude: ["peer"],
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "delivery-bench",
      dependencies: [
        "BenchmarkSupport", .product(name: "Kafka", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "delivery", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "latency-bench", dependencies: ["BenchmarkSupport"], path: "latency", swiftSettings: [.treatAllWarnings(as: .error)]),
    // It runs the loops in C, and kafka-bench for its mock cluster.
    .executableTarget(
      name: "broker-bench", dependencies: ["BenchmarkSupport", "kafka-bench-c", "kafka-bench"], path: "broker",
      swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "broker-chaos",
      dependencies: [
        "BenchmarkSupport", .product(name: "Kafka", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "broker-chaos", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "capture-chaos",
      dependencies: [
        "BenchmarkSupport", .product(name: "Kafka", package: "sluice"), .product(name: "Postgres", package: "sluice"),
        .product(name: "Runtime", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "capture-chaos", swiftSettings: [.treatAllWarnings(as: .error)]),
    .executableTarget(
      name: "chaos",
      dependencies: [
        "BenchmarkSupport", .product(name: "ReadModels", package: "sluice"), .product(name: "Commerce", package: "sluice"),
        .product(name: "Syncer", package: "sluice"), .product(name: "ChangeEvents", package: "sluice"),
        .product(name: "Kafka", package: "sluice"), .product(name: "Postgres", package: "sluice"),
        .product(name: "Runtime", package: "sluice"), .product(name: "Logging", package: "swift-log"),
      ],
      path: "chaos", swiftSettings: [.treatAllWarnings(as: .error)]),
  ]
)
