internal import Dispatch
internal import Foundation

/// Prints one JSON line a record: `{"topic", "key", "headers", "value"}`, the form in which Debezium's records are recorded.
///
/// A reader that is slow suspends the capture; a thread of its own does the writing.
public final class StdoutSink: RecordSink {
  private let descriptor: Int32
  private let queue = DispatchQueue(label: "sluice.capture.stdout")

  /// Makes a sink.
  ///
  /// - Parameter descriptor: the file descriptor to write to; 1 is standard output.
  public init(descriptor: Int32 = 1) { self.descriptor = descriptor }

  /// See `RecordSink`.
  public func open() async throws {}

  /// See `RecordSink`.
  public func write(_ batch: CapturedBatch) async throws -> any SinkDelivery {
    let descriptor = descriptor
    try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
      queue.async {
        continuation.resume(with: Result { try Self.put(RecordLines.render(batch), descriptor) })
      }
    }
    return ImmediateDelivery()
  }

  /// See `RecordSink`. What was taken is written.
  public func abandon() async {}

  /// See `RecordSink`.
  public func close(deadline: Duration) async {}

  private static func put(_ bytes: [UInt8], _ descriptor: Int32) throws {
    var start = 0
    while start < bytes.count {
      let count = bytes[start...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw SinkError(reason: "standard output cannot be written: its reader is gone", isRetriable: false) }
      start += count
    }
  }
}
