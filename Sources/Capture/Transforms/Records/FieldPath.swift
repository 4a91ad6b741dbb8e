/// A field, or a field of a field: `a.b`, with backticks around names that contain dots (KIP-821).
struct FieldPath: Hashable, Sendable {
  let text: String
  let steps: [String]

  /// - Parameters:
  ///   - text: the path.
  ///   - isNested: whether dots separate steps (`field.syntax.version=V2`).
  /// - Throws: `CaptureError` for a path without a name, or with a backtick that is not closed.
  init(_ text: String, isNested: Bool) throws(CaptureError) {
    self.text = text
    steps = isNested ? try Self.parse(Array(text)) : [text]
    guard !text.isEmpty else { throw .configuration("expected a field's name") }
  }

  private static func parse(_ text: [Character]) throws(CaptureError) -> [String] {
    var steps: [String] = []
    var i = 0
    while i < text.count {
      guard text[i] == "`" else {
        let end = text[i...].firstIndex(of: ".") ?? text.count
        steps.append(String(text[i..<end]))
        i = end + 1
        continue
      }
      var name = ""
      var j = i + 1
      while true {
        guard j < text.count else {
          throw .configuration("the backtick at position \(i) is not closed; a backslash before it makes it part of the name")
        }
        guard text[j] == "`" else {
          name.append(text[j])
          j += 1
          continue
        }
        let isLast = j == text.count - 1
        let isEscaped = text[j - 1] == "\\"
        if isLast || text[j + 1] == "." {
          guard isEscaped else { break }
          guard !isLast else {
            throw .configuration("the backtick at position \(i) is not closed; a backslash before it makes it part of the name")
          }
          name.removeLast()
        }
        name.append("`")
        j += 1
      }
      steps.append(name)
      i = j + 2
    }
    if text.last == ".", text.count > 0 { steps.append("") }
    return steps
  }

  /// The field's schema.
  ///
  /// - Throws: `CaptureError` if there is no such field.
  func schema(in schema: ConnectSchema) throws(CaptureError) -> ConnectSchema {
    var current = schema
    for step in steps {
      guard let index = current.index(of: step) else {
        let names = current.fields.map(\.name).joined(separator: ", ")
        throw .configuration("there is no field \"\(text)\"; the record has \(names.isEmpty ? "none" : names)")
      }
      current = current.fields[index].schema
    }
    return current
  }

  /// The field's value; null where a struct on the way is null.
  func value(in view: StructView, withDefault: Bool) throws(CaptureError) -> ConnectValue {
    var view = view
    for (i, step) in steps.enumerated() {
      guard let index = view.schema.index(of: step) else { return .null }
      if i == steps.count - 1 { return view.value(at: index, withDefault: withDefault) }
      let value = view.value(at: index)
      guard !value.isNull else { return .null }
      guard let inner = StructView(value, view.schema.fields[index].schema) else {
        throw .configuration("\"\(step)\" of the path \"\(text)\" is \(value.kindName); expected a struct")
      }
      view = inner
    }
    return .null
  }

  /// The same in a map without a schema.
  func value(in entries: [ConnectValue.Entry]) -> ConnectValue {
    var entries = entries
    for step in steps.dropLast() {
      guard case .map(let inner) = entries[step] else { return .null }
      entries = inner
    }
    return entries[steps.last ?? ""]
  }
}
