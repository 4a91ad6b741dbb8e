/// A query parameter that a projection declares for its list over HTTP.
public struct DeclaredFilter: Sendable, Hashable {
  /// How the parameter is compared with the field.
  public enum Comparison: String, Sendable, Hashable, CaseIterable {
    case equals
    /// Upper and lower case alike.
    case containsText = "contains_text"
    case atLeast = "at_least"
    case atMost = "at_most"
  }

  /// The type of an `equals` parameter.
  public enum FieldType: String, Sendable, Hashable, CaseIterable {
    case string, integer, boolean
  }

  /// The parameter's name.
  public let parameter: String
  /// The comparison.
  public let comparison: Comparison
  /// The field, as ``DocumentFilter`` takes it: `["categories", "[]", "id"]`, where `[]` stands for an array's elements.
  public let path: [String]
  /// The type.
  public let type: FieldType
}
