/// Knows when the read models have caught up with a moment.
public protocol Barrier: Sendable {
  /// Returns when everything that was committed in the source before the call is visible in the read models.
  ///
  /// - Throws: where that takes longer than the barrier's deadline; says what is behind.
  func pass() async throws
}
