/// One step of a schema, written once and never changed after it was released.
public struct Migration: Sendable, Hashable {
  /// Its place in the order, from 1, without gaps.
  public var number: Int
  /// What it does, for people.
  public var name: String
  /// The statements, run in one transaction with all other missing steps.
  public var sql: String

  /// Creates a step.
  public init(number: Int, name: String, sql: String) {
    self.number = number
    self.name = name
    self.sql = sql
  }
}
