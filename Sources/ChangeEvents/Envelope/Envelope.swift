/// A Debezium envelope, read from a record's value and owned: nothing in it refers to the record's memory.
///
/// One block of memory holds all that it says; texts become Swift strings when they are asked for. A copy is one reference.
public struct Envelope: Sendable {
  let storage: EnvelopeStorage

  /// What happened.
  public var operation: Operation { storage.head.operation }
  /// Where it comes from.
  public var source: EnvelopeSource { EnvelopeSource(storage: storage) }
  /// When the connector processed it, milliseconds since 1970; nil if absent.
  public var tsMs: Int64? { storage.head.tsMs }
  /// The place in its transaction, where the connector provides it.
  public var transaction: EnvelopeTransaction? { storage.head.transaction }
  /// The old row, nil if null or absent.
  public var before: Row? { Row(.before, of: storage) }
  /// The new row; never nil for creates, updates and reads.
  public var after: Row? { Row(.after, of: storage) }
  /// `prefix` and `content` of a logical message; never nil for messages.
  public var message: Row? { Row(.message, of: storage) }

  /// `operation`, by its name on the wire.
  public var op: Operation { operation }

  /// Reads a value, bare or wrapped as `{schema, payload}`. A tombstone (no value) is no envelope: ask before.
  ///
  /// Safe from any thread. Values up to 64 MiB and 64 levels. For many in a row, ``EnvelopeParser`` is faster.
  /// - Throws: `EnvelopeError` for anything that is not an envelope, whatever the bytes.
  public static func parse(_ value: UnsafeRawBufferPointer) throws(EnvelopeError) -> Envelope {
    var parser = EnvelopeParser()
    return try parser.parse(value)
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
