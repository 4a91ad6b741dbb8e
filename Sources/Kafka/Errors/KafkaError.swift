/// An error of Kafka or of its client library.
///
/// `description` is safe to show to anybody: it never holds keys, values or credentials.
public struct KafkaError: Error, Hashable, Sendable {
  /// What went wrong, as a code to switch on.
  public var code: Code
  /// Whether trying again later can help. The library has already retried where that is safe.
  public var isRetriable: Bool
  /// Whether the client is beyond use: close it and make another.
  public var isFatal: Bool
  /// Whether the transaction has to be aborted before anything else can be done with the producer.
  public var isTransactionAbortable: Bool
  /// What happened, what was expected, and where possible what to do.
  public var reason: String
  /// Which call, or which part of the system, the error comes from.
  public var `where`: String

  /// Makes an error; flags that are not given follow from the code.
  public init(
    code: Code, isRetriable: Bool? = nil, isFatal: Bool? = nil, isTransactionAbortable: Bool = false, reason: String? = nil,
    where place: String
  ) {
    self.code = code
    self.isFatal = isFatal ?? (code == .fatal || code.meansFenced)
    self.isRetriable = isRetriable ?? (code.isRetriable && !self.isFatal)
    self.isTransactionAbortable = isTransactionAbortable
    self.reason = reason ?? code.summary
    self.where = place
  }

  /// Whether the consumer lost, or may have lost, the partition that the call was about.
  public var isOwnershipLost: Bool { code.meansOwnershipLost }
}

extension KafkaError: CustomStringConvertible {
  /// One line: where, what, and the code's name.
  public var description: String { "\(self.where): \(reason) (\(code))" }
}

extension KafkaError: CustomDebugStringConvertible {
  /// The same line with the classification, for logs.
  public var debugDescription: String {
    let flags = [
      isRetriable ? "retriable" : nil, isFatal ? "fatal" : nil, isTransactionAbortable ? "abort the transaction" : nil,
    ].compactMap { $0 }
    return flags.isEmpty ? description : "\(description) [\(flags.joined(separator: ", "))]"
  }
}
