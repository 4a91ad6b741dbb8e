import BenchmarkSupport
import Foundation
import Kafka
import Logging
import Synchronization

/// Writes records that nobody can apply among the good ones, each under a key that says so.
final class PoisonClient: Sendable {
  static let keyPrefix = "poison-"

  private let producer: Producer
  private let topics: [String]
  private struct State {
    var numbers: SeededNumbers
    var next = 0
    /// Keys of those that the broker has acknowledged.
    var written: Set<String> = []
  }
  private let state: Mutex<State>

  init(servers: String, topics: [String], seed: UInt64, logger: Logger) throws {
    var configuration = ProducerConfiguration(bootstrapServers: servers)
    configuration.deliveryTimeout = .seconds(60)
    producer = try Producer(configuration: configuration, logger: logger)
    self.topics = topics
    state = Mutex(State(numbers: SeededNumbers(seed: seed, stream: 50)))
  }

  /// Keys of those that must be found as dead letters.
  var written: Set<String> { state.withLock { $0.written } }

  func write(_ count: Int) async throws {
    let records = state.withLock { state in
      (0..<count).map { _ in
        state.next += 1
        let topic = topics[Int.random(in: topics.indices, using: &state.numbers)]
        return ProducerRecord(
          topic: topic, key: Array("\(Self.keyPrefix)\(state.next)".utf8), value: Self.value(state.next, of: topic))
      }
    }
    let report = try await producer.send(contentsOf: records)
    let failed = Set(report.failures.map(\.index))
    state.withLock { state in
      for (index, record) in records.enumerated() where !failed.contains(index) {
        state.written.insert(String(decoding: record.key ?? [], as: UTF8.self))
      }
    }
  }

  func close() async { await producer.close(deadline: .seconds(5)) }

  private static func value(_ number: Int, of topic: String) -> [UInt8] {
    let table = topic.split(separator: ".").last.map(String.init) ?? ""
    let source =
      #""source":{"version":"3","connector":"postgresql","name":"chaos","ts_ms":1,"snapshot":"false","db":"d","#
      + #""sequence":"[null,\"1\"]","schema":"public","table":"\#(table)","txId":1,"lsn":1,"xmin":null}"#
    let text =
      switch number % 6 {
      case 0: #"{"before":null,"after":{"id":1"#
      case 1: "not JSON at all"
      case 2: #"{"before":null,"after":{"id":7},"op":"c"}"#
      case 3: "[1, 2, 3]"
      case 4: #"{"before":null,"after":{"id":1},"# + source + #","op":"?","ts_ms":1}"#
      default: "\u{0}\u{1}\u{2}"
      }
    return number % 6 == 5 ? Array(text.utf8) + [0xFF, 0xFE] : Array(text.utf8)
  }
}
