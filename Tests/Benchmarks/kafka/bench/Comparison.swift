import BenchmarkSupport
import Foundation
import Kafka
import Logging

/// Swift beside C: the same broker, the same run, alternating, each in a process of its own.
///
/// The broker is librdkafka's mock cluster, not `sluice broker`: what is compared are two clients on cores that they share with the broker,
/// so the one that costs least and writes nothing to a disk disturbs least. `broker-bench` measures brokers.
struct Comparison {
  var runs: Int
  var bytes = 100
  var produced = 5_000_000
  var consumed = 4_800_000
  /// So many that the mock cluster drops nothing: it keeps 5 MB of each.
  let partitions = 128

  /// The configuration that the library has by default, in librdkafka's words, for the loops in C.
  private let common = ["enable.idempotence=true", "acks=all", "linger.ms=5", "batch.size=1000000", "batch.num.messages=10000"]
  private let producing = ["queue.buffering.max.messages=100000", "queue.buffering.max.kbytes=1048576", "partitioner=murmur2_random"]
  private let consuming = [
    "group.id=sluice-ungrouped", "enable.auto.commit=false", "enable.auto.offset.store=false", "auto.offset.reset=earliest",
    "fetch.wait.max.ms=10", "queued.min.messages=10000000", "queued.max.messages.kbytes=1048576", "max.partition.fetch.bytes=1048576",
  ]

  func run() async throws {
    let suffix = String(UInt32.random(in: 0..<UInt32.max), radix: 36)
    let write = "bench-write-\(suffix)"
    let read = "bench-read-\(suffix)"
    let servers: String
    let close: () async -> Void
    if let given = ProcessInfo.processInfo.environment["KAFKA_BOOTSTRAP_SERVERS"] {
      servers = given
      let admin = try Admin(configuration: AdminConfiguration(bootstrapServers: given), logger: Logger(label: "kafka-bench"))
      for topic in [write, read] { try await admin.createTopic(NewTopic(topic, partitions: partitions, replicationFactor: 1)) }
      close = { _ = try? await admin.deleteTopics([write, read]) }
      print("broker: \(given)")
    } else {
      let broker = try Programs.startMockCluster(topics: [(write, partitions), (read, partitions)])
      servers = broker.servers
      close = broker.close
      print("broker: librdkafka's mock cluster in a process of its own")
    }
    do {
      try measure("produce", servers, write, produced, producing)
      try await Loops(servers: servers, topic: read, partitions: partitions, records: consumed, bytes: bytes).fill()
      try measure("consume", servers, read, consumed, consuming)
    } catch {
      await close()
      throw error
    }
    await close()
  }

  private func measure(_ what: String, _ servers: String, _ topic: String, _ records: Int, _ keys: [String]) throws {
    let arguments = [what, servers, topic, String(partitions), String(records), String(bytes)]
    let keys = what == "produce" ? common + keys : keys
    // The first run of each warms the broker up and does not count.
    _ = try Programs.run(Programs.loops, arguments + keys)
    _ = try Programs.run(Programs.own, arguments)
    var ratios: [Double] = []
    var work: [Double] = []
    for run in 1...runs {
      let c = try Sample(Programs.loops, arguments + keys)
      let swift = try Sample(Programs.own, arguments)
      ratios.append(c.seconds / swift.seconds)
      work.append(c.cpuSeconds / swift.cpuSeconds)
      print(
        "\(what) \(run): C \(rate(records, c.seconds)) \(format(c.cpuSeconds)) s CPU, "
          + "Swift \(rate(records, swift.seconds)) \(format(swift.cpuSeconds)) s CPU, ratio \(format(c.seconds / swift.seconds))")
      fflush(nil)
    }
    let ratio = median(ratios)
    print(
      "\(what): median ratio \(format(ratio)) of C's rate (by CPU time \(format(median(work)))), "
        + "\(records) records of \(bytes) bytes\(ratio < 0.85 ? ", goal 0.85" : "")")
  }

  private func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }

  private func rate(_ records: Int, _ seconds: Double) -> String {
    "\(Int(Double(records) / seconds / 1000)) k/s"
  }

  private func format(_ ratio: Double) -> String {
    String(format: "%.2f", ratio)
  }
}
