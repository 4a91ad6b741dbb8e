import HTTPTypes

extension HTTPField.Name {
  static let idempotencyKey = known("Idempotency-Key")
  static let idempotencyReplay = known("Idempotency-Replay")
  static let sluicePosition = known("Sluice-Position")
  static let link = known("Link")

  /// The names are literals of this file and valid; the fallback spares a forced unwrapping.
  private static func known(_ name: String) -> HTTPField.Name { HTTPField.Name(name) ?? .trailer }
}
