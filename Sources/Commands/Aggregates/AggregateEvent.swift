/// One fact about an aggregate, with a stable name and version for its stored form.
///
/// What is stored outlives the code: a case may be renamed, ``type`` may not, and ``decode(type:schemaVersion:payload:)`` goes on
/// reading every version that was ever written (this is where older payloads are brought up to date).
public protocol AggregateEvent: Sendable, Hashable {
  /// The stored name, for example `OrderPlaced`; also the outbox's `type`.
  var type: String { get }
  /// The version of the payload's form, from 1.
  var schemaVersion: Int { get }
  /// The payload as a JSON object in UTF-8.
  ///
  /// - Throws: the encoder's error.
  func payload() throws -> [UInt8]
  /// Reads a stored event.
  ///
  /// - Throws: ``EventDecodingError`` or the decoder's error.
  static func decode(type: String, schemaVersion: Int, payload: [UInt8]) throws -> Self
}
