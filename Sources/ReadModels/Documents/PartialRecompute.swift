/// Computes what a change can have changed in a document, and takes the rest over from the stored one.
///
/// Right for the same reason as computing the whole document: every change of a row that a part is made of touches this part, and whoever touches a
/// document holds its lock from before it reads the rows until it has committed. So a stored part shows all rows that were committed before it was
/// computed, and those that came since have their own transactions compute it.
public struct PartialRecompute: Sendable, Hashable {
  /// As ``DocumentDefinition/recompute``; it also reads, from the relation `sluice_touched`, for each `key` the stored `body` and which
  /// `parts` to compute, a bit each (all where there is no body).
  public var statement: String

  /// The parts that the rows of a rule are in. A rule that is not listed touches the whole document.
  public var parts: [TouchRule: DocumentParts]

  /// The parts that the root's own row is in, besides what is computed always. Default all.
  public var root: DocumentParts

  /// See the properties.
  public init(statement: String, parts: [TouchRule: DocumentParts], root: DocumentParts = .all) {
    self.statement = statement
    self.parts = parts
    self.root = root
  }
}
