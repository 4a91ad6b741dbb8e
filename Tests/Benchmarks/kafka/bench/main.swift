import BenchmarkSupport
import Foundation
import Kafka

// kafka-bench [compare RUNS]       compares; KAFKA_BOOTSTRAP_SERVERS names a broker, otherwise a mock cluster is started
// kafka-bench broker TOPIC=N...    the mock cluster, until standard input ends
// kafka-bench fill|produce|consume SERVERS TOPIC PARTITIONS RECORDS BYTES

let arguments = Array(CommandLine.arguments.dropFirst())

do {
  switch arguments.first {
  case nil, "compare":
    try await Comparison(runs: arguments.dropFirst().first.flatMap { Int($0) } ?? 3).run()
  case "broker":
    let cluster = try MockCluster(brokers: 1)
    for topic in arguments.dropFirst() {
      let parts = topic.split(separator: "=")
      try cluster.createTopic(String(parts[0]), partitions: parts.count > 1 ? Int(parts[1]) ?? 1 : 1)
    }
    print(cluster.bootstrapServers)
    fflush(nil)
    while readLine() != nil {}
  case "fill", "produce", "consume":
    guard arguments.count == 6, let partitions = Int(arguments[3]), let records = Int(arguments[4]), let bytes = Int(arguments[5]) else {
      throw BenchmarkFailure("expected SERVERS TOPIC PARTITIONS RECORDS BYTES")
    }
    let loops = Loops(servers: arguments[1], topic: arguments[2], partitions: partitions, records: records, bytes: bytes)
    switch arguments[0] {
    case "fill": try await loops.fill()
    case "produce": print(try await loops.produce())
    default: print(try await loops.consume())
    }
  default:
    throw BenchmarkFailure("expected compare, broker, fill, produce, consume or nothing, found \(arguments[0])")
  }
} catch {
  FileHandle.standardError.write(Data("kafka-bench: \(error)\n".utf8))
  exit(1)
}
