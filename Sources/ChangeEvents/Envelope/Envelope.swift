/// A Debezium envelope, read from a record's value and owned: nothing in it refers to the record's memory.
///
/// One block of memory holds all its texts; they become Swift strings when they are asked for.
public struct Envelope: Sendable {
  /// What happened.
  public let operation: Operation
  /// Where it comes from.
  public let source: EnvelopeSource
  /// When the connector processed it, milliseconds since 1970; nil if absent.
  public let tsMs: Int64?
  /// The place in its transaction, where the connector provides it.
  public let transaction: EnvelopeTransaction?
  /// The old row, nil if null or absent.
  public let before: Row?
  /// The new row; never nil for creates, updates and reads.
  public let after: Row?
  /// `prefix` and `content` of a logical message; never nil for messages.
  public let message: Row?

  /// `operation`, by its name on the wire.
  public var op: Operation { operation }

  /// Reads a value, bare or wrapped as `{schema, payload}`. A tombstone (no value) is no envelope: ask before.
  ///
  /// Safe from any thread; each thread has a parser of its own. Values up to 64 MiB and 64 levels.
  /// - Throws: `EnvelopeError` for anything that is not an envelope, whatever the bytes.
  public static func parse(_ value: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
    try EnvelopeReader(value).envelope()
  }

  /// Reads a value, bare or wrapped as `{schema, payload}`.
  /// - Throws: `EnvelopeError` for anything that is not an envelope, whatever the bytes.
  public static func parse(_ value: [UInt8]) throws(EnvelopeError) -> Envelope {
    let result: Result<Envelope, EnvelopeError> = value.withUnsafeBytes { bytes in
      do throws(EnvelopeError) { return .success(try parse(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
