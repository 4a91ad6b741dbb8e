/// Where records go.
public protocol RecordSink: Sendable {
  /// Makes sure that the sink can be written to.
  ///
  /// - Throws: an error whose text says what to do; the engine tries again later unless it is a `CaptureError` about configuration.
  func open() async throws
  /// Takes a batch; suspends while the sink is full. Batches are taken in the order of the calls.
  ///
  /// - Returns: what tells later whether all of its records arrived.
  func write(_ batch: CapturedBatch) async throws -> any SinkDelivery
  /// Lets go of what is on its way: whoever waits for it gets a `SinkError`, and it has to be written again, once the sink was opened
  /// again.
  func abandon() async
  /// Gives what was taken a last chance to arrive, then ends.
  func close(deadline: Duration) async
}

/// A batch on its way.
public protocol SinkDelivery: Sendable {
  /// Waits until every record arrived.
  ///
  /// - Throws: `SinkError` if one did not.
  func wait() async throws
}

/// Records that a sink did not take.
public struct SinkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Safe to show: names topics and counts, never keys or values.
  public var reason: String
  /// Sending the same again can help; if not, somebody has to act (a record that is too large, no right to write).
  public var isRetriable: Bool

  /// Makes an error.
  public init(reason: String, isRetriable: Bool) {
    self.reason = reason
    self.isRetriable = isRetriable
  }

  /// The reason.
  public var description: String { reason }
}

/// A delivery that is done when it is made.
struct ImmediateDelivery: SinkDelivery {
  func wait() async throws {}
}
