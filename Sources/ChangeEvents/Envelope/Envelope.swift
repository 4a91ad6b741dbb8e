/// A Debezium envelope, read from a record's value and owned: nothing in it refers to the record's memory.
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
  /// The new row, nil if null or absent.
  public let after: Row?

  /// `operation`, by its name on the wire.
  public var op: Operation { operation }

  /// Reads a value, bare or wrapped as `{schema, payload}`. A tombstone (no value) is no envelope: ask before.
  public static func parse(_ value: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope { fatalError() }

  /// Reads a value, bare or wrapped as `{schema, payload}`.
  public static func parse(_ value: [UInt8]) throws(EnvelopeError) -> Envelope {
    let result: Result<Envelope, EnvelopeError> = value.withUnsafeBytes { bytes in
      do throws(EnvelopeError) { return .success(try parse(bytes)) } catch { return .failure(error) }
    }
    return try result.get()
  }
}
