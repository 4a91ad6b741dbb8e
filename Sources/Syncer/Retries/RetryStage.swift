/// A stop on the way of a record through retry topics.
public struct RetryStage: Hashable, Sendable {
  /// The number of the retry topic, from 1.
  public var number: Int
  /// When the record may be tried again, in ms since 1970.
  public var due: Int64

  /// Stop `number`, until `due`.
  public init(number: Int, due: Int64) {
    self.number = number
    self.due = due
  }
}
