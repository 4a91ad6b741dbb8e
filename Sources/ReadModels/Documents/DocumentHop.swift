/// One step from a value to rows of another mirror table that carry it, and on to a column of theirs.
///
/// Which way a step goes decides how two transactions that change its two ends at the same time are kept apart; see
/// ``DocumentProjection``.
public struct DocumentHop: Sendable, Hashable {
  /// Which end of the foreign key the value stands at.
  public enum Direction: Sendable, Hashable {
    /// From a child to the one parent row that it references: option -> option group.
    case parent
    /// From a parent to the many rows that reference it: brand -> products.
    case children
  }

  /// The way.
  public var direction: Direction
  /// The mirror table that the step arrives at.
  public var table: String
  /// Its column that equals the value.
  public var match: String
  /// Its column whose value goes on: the document's key after the last step.
  public var then: String

  /// A step; `match` gets an index.
  public init(direction: Direction, table: String, match: String, then: String) {
    self.direction = direction
    self.table = table
    self.match = match
    self.then = then
  }

  /// To the row of `table` whose `key` is the value: `.parent("option_groups", key: "id", then: "product_id")`.
  public static func parent(_ table: String, key: String, then: String) -> DocumentHop {
    DocumentHop(direction: .parent, table: table, match: key, then: then)
  }

  /// To all rows of `table` whose `foreignKey` is the value: `.children("products", foreignKey: "brand_id", then: "id")`.
  public static func children(_ table: String, foreignKey: String, then: String) -> DocumentHop {
    DocumentHop(direction: .children, table: table, match: foreignKey, then: then)
  }
}
