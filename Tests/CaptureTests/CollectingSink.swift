import Capture
import Synchronization

@testable import Capture

/// A sink that keeps what it is given, as the lines that `--to stdout` would print.
final class CollectingSink: RecordSink {
  private struct State {
    var lines: [String] = []
    var isClosed = false
  }

  private let state = Mutex(State())

  var lines: [String] { state.withLock { $0.lines } }

  func open() async throws {}

  func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
    let text = String(decoding: RecordLines.render(batch), as: UTF8.self)
    let lines = text.split(separator: "\n").map(String.init)
    state.withLock { $0.lines += lines }
    return Done()
  }

  func abandon() async {}

  func close(deadline: Duration) async { state.withLock { $0.isClosed = true } }

  private struct Done: SinkDelivery {
    func wait() async throws {}
  }
}
