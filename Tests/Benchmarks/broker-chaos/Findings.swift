import BenchmarkSupport
import Synchronization

/// What is not as promised, counted by kind.
final class Findings: Sendable {
  private struct Kind {
    var count = 0
    var samples: [String] = []
  }

  private let kinds = Mutex<[String: Kind]>([:])

  /// Whether all is well.
  var isEmpty: Bool { kinds.withLock { $0.isEmpty } }

  /// One line for each kind, and some samples.
  var lines: [String] {
    kinds.withLock { kinds in
      kinds.sorted { $0.key < $1.key }.flatMap { name, kind in ["\(name): \(kind.count)"] + kind.samples.map { "  \($0)" } }
    }
  }

  /// Notes one; the first of a kind is said at once.
  func add(_ kind: String, _ sample: @autoclosure () -> String) {
    let first: String? = kinds.withLock { kinds in
      var entry = kinds[kind] ?? Kind()
      defer { kinds[kind] = entry }
      entry.count += 1
      guard entry.samples.count < 5 else { return nil }
      let text = sample()
      entry.samples.append(text)
      return text
    }
    if let first { Benchmark.say("\(kind): \(first)") }
  }
}
