/// A batch could not be applied; says who failed and, where it is known, on which record.
public struct SinkFailure: Error, Sendable, CustomStringConvertible {
  /// The name of the handler that failed; nil where the sink itself did.
  public let handler: String?

  /// The index in ``SinkBatch/records`` of the record at fault; nil where it is not known.
  public let index: Int?

  /// The handler's sentence about the record at fault, safe to show anybody; nil where there is none.
  public let reason: String?

  /// The error beneath.
  public let cause: any Error

  /// A failure of `handler` on the record at `index`.
  public init(handler: String?, index: Int?, reason: String? = nil, cause: any Error) {
    self.handler = handler
    self.index = index
    self.reason = reason
    self.cause = cause
  }

  /// What failed, safe to show anybody.
  public var description: String {
    let who = handler.map { "handler \($0)" } ?? "the sink"
    return "\(who) failed: \(reason ?? String(describing: type(of: cause)))"
  }
}
