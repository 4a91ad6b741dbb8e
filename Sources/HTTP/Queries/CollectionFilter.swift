import ReadModels

/// A query parameter of a list: `?brand=7` becomes a condition on the documents' bodies.
public struct CollectionFilter: Sendable {
  /// The type of a field that is compared.
  public enum FieldType: Sendable {
    case string
    case integer
    case boolean
  }

  /// The parameter's name.
  public let parameter: String
  /// What it takes, to end "must be …".
  let expected: String
  let condition: @Sendable (String) -> DocumentFilter?

  /// The field at `path` equals the parameter.
  public static func equals(_ parameter: String, _ path: [String], _ type: FieldType = .string) -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: words(type)) { text in value(text, type).map { .equals(path, $0) } }
  }

  /// The array at `path` has the parameter among its elements; the parameter may be given several times.
  public static func contains(_ parameter: String, _ path: [String], _ type: FieldType = .string) -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: words(type)) { text in value(text, type).map { .contains(path, $0) } }
  }

  /// The number at `path` is not below the parameter.
  public static func atLeast(_ parameter: String, _ path: [String]) -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: "a number") { text in number(text).map { .atLeast(path, $0) } }
  }

  /// The number at `path` is not above the parameter.
  public static func atMost(_ parameter: String, _ path: [String]) -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: "a number") { text in number(text).map { .atMost(path, $0) } }
  }

  /// The text at `path` contains the parameter, upper and lower case alike.
  public static func containsText(_ parameter: String, _ path: [String]) -> CollectionFilter {
    CollectionFilter(parameter: parameter, expected: "a text of 1 to 200 characters") { text in
      (1...200).contains(text.count) && !text.utf8.contains(0) ? .containsText(path, text) : nil
    }
  }

  private static func words(_ type: FieldType) -> String {
    switch type {
    case .string: "a text of 1 to 200 characters"
    case .integer: "a whole number"
    case .boolean: "true or false"
    }
  }

  private static func value(_ text: String, _ type: FieldType) -> DocumentValue? {
    switch type {
    case .string: (1...200).contains(text.count) && !text.utf8.contains(0) ? .string(text) : nil
    case .integer: Int64(text).map { .integer($0) }
    case .boolean: text == "true" ? .bool(true) : text == "false" ? .bool(false) : nil
    }
  }

  private static func number(_ text: String) -> Double? {
    let allowed = Set("0123456789.-+eE".utf8)
    guard text.utf8.count <= 30, text.utf8.allSatisfy({ allowed.contains($0) }), let number = Double(text), number.isFinite else {
      return nil
    }
    return number
  }
}
