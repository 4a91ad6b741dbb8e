/// Why something could not be done with a parked key.
public struct ParkingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure.
  public enum Code: String, Hashable, Sendable {
    /// No key of this number is parked: it was resolved or discarded, or there never was one.
    case unknownKey
    /// The queue of the key holds no record of this offset.
    case unknownRecord
    /// The record has not failed: it waits behind one that has.
    case notFailed
    /// What is stored cannot be read back.
    case damaged
  }

  /// The kind.
  public let code: Code
  /// What was expected, what was found, and what to do; safe to show anybody.
  public let reason: String

  init(_ code: Code, _ reason: String) {
    self.code = code
    self.reason = reason
  }

  /// One line, safe to show anybody.
  public var description: String { reason }

  static func unknownKey(_ id: Int64) -> ParkingError {
    ParkingError(.unknownKey, "No key of number \(id) is parked: it was resolved or discarded, or the number is mistyped.")
  }

  static func unknownRecord(_ id: Int64, offset: Int64) -> ParkingError {
    ParkingError(.unknownRecord, "The queue of parked key \(id) holds no record of offset \(offset): list its records.")
  }
}
