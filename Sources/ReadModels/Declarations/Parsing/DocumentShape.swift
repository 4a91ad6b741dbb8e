/// The form of a document, as far as its declaration tells: which paths lead to a value, and where they go through arrays.
indirect enum DocumentShape: Sendable, Hashable {
  /// A value without declared fields: a column, an expression. JSON columns may have fields of their own.
  case value
  case object([String: DocumentShape], isOpen: Bool)
  case array(DocumentShape)

  init(_ fields: DeclaredFields) {
    var members: [String: DocumentShape] = [:]
    for field in fields.fields { members[field.name.text] = Self.of(field.value) }
    self = .object(members, isOpen: fields.everything != nil)
  }

  private static func of(_ value: DeclaredValue) -> DocumentShape {
    switch value {
    case .column, .expression, .constant: .value
    case .object(let fields): DocumentShape(fields)
    case .embed(let embed):
      switch embed.content {
      case .fields(let fields): embed.kind == .many ? .array(DocumentShape(fields)) : DocumentShape(fields)
      case .value(let value): embed.kind == .many ? .array(of(value)) : of(value)
      case .aggregate: .value
      case .aggregates(let fields): .object(Dictionary(fields.map { ($0.name.text, .value) }) { first, _ in first }, isOpen: false)
      }
    }
  }

  enum Outcome {
    case found(DeclaredPath)
    case unknown(String, among: [String])
    case notAnObject(String)
    case incomplete
  }

  /// Where `price.amount` leads.
  func follow(_ path: String) -> Outcome {
    var shape = self
    var result = DeclaredPath()
    var before = "the document"
    func unwrap() {
      while case .array(let element) = shape {
        shape = element
        result.elements.append("[]")
      }
    }
    for name in path.split(separator: ".", omittingEmptySubsequences: false).map(String.init) {
      unwrap()
      switch shape {
      case .object(let members, let isOpen):
        guard let next = members[name] ?? (isOpen && !name.isEmpty ? .value : nil) else {
          return .unknown(name, among: members.keys.sorted())
        }
        shape = next
      // What is in a column is not declared; a json column has fields, perhaps.
      case .value where result.names.isEmpty || name.isEmpty: return .notAnObject(before)
      case .value: break
      case .array: return .notAnObject(before)
      }
      result.names.append(name)
      result.elements.append(name)
      before = name
    }
    unwrap()
    if case .object(let members, _) = shape, !members.isEmpty { return .incomplete }
    return .found(result)
  }
}

/// A path to a value in a document.
struct DeclaredPath: Sendable, Hashable {
  /// The names alone.
  var names: [String] = []
  /// The names, with `[]` where an array's elements are meant.
  var elements: [String] = []
}
