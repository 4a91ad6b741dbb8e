public import Runtime

/// How many documents a list holds.
public struct PageLimits: Sendable, Hashable {
  /// When the request does not say.
  public var standard: Int
  /// At the most.
  public var most: Int

  /// Limits; the default is 50 and 500.
  public init(standard: Int = 50, most: Int = 500) {
    self.standard = max(1, min(standard, most))
    self.most = max(1, most)
  }

  /// The limits of `query.default_page_size` and `query.max_page_size`.
  public init(_ configuration: Configuration) {
    self.init(standard: configuration[Keys.Query.defaultPageSize], most: configuration[Keys.Query.maxPageSize])
  }
}
