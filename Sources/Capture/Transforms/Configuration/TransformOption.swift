/// An option of a transform's or predicate's class, as its documentation states it.
struct TransformOption: Hashable, Sendable {
  enum Kind: Hashable, Sendable {
    case text
    /// `true` or `false`.
    case flag
    /// A comma-separated list.
    case list
    case integer
    /// One of these; as they are written, or in any case.
    case choice([String], ignoringCase: Bool)
    /// A regular expression in Java's dialect.
    case pattern
  }

  var name: String
  var kind: Kind
  /// nil if there is none.
  var fallback: String?
  var isRequired: Bool

  init(_ name: String, _ kind: Kind = .text, fallback: String? = nil, isRequired: Bool = false) {
    self.name = name
    self.kind = kind
    self.fallback = fallback
    self.isRequired = isRequired
  }

  /// `replace.null.with.default`, which most of Kafka Connect's classes have.
  static let replaceNullWithDefault = TransformOption("replace.null.with.default", .flag, fallback: "true")

  /// Why a value does not do; nil if it does.
  func complaint(about value: String) -> String? {
    switch kind {
    case .text: return nil
    case .flag: return ["true", "false"].contains(value.trimmingSpace().lowercased()) ? nil : "expected true or false"
    case .integer: return Int32(value.trimmingSpace()) == nil ? "expected a whole number" : nil
    case .list: return isRequired && TransformOptions.split(value).isEmpty ? "expected a list that is not empty" : nil
    case .choice(let values, let ignoringCase):
      let fits = values.contains { ignoringCase ? $0.lowercased() == value.trimmingSpace().lowercased() : $0 == value }
      return fits ? nil : "expected one of \(values.joined(separator: ", "))"
    case .pattern:
      do {
        _ = try NamePattern(value)
        return nil
      } catch { return "expected a regular expression" }
    }
  }
}
