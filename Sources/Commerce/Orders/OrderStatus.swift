/// How far an order is.
public enum OrderStatus: String, Sendable, Hashable, Codable, CaseIterable {
  /// Placed, not yet paid.
  case placed
  /// Paid in full.
  case paid
  /// On its way; final.
  case shipped
  /// Called off before it was shipped; final.
  case cancelled
}
