public import FoundationEssentials

/// Reads a command's JSON object strictly: every field is taken by name, type and bounds, and ``finish()`` refuses what was not taken.
///
/// All methods throw ``CommandError/invalid(field:reason:)`` with the field's path, for example `lines[2].quantity`.
public struct CommandFields: Sendable {
  private var members: [String: JSONValue]
  private let path: String

  /// Parses a body.
  ///
  /// - Parameters:
  ///   - body: UTF-8 text of one JSON object.
  ///   - maximumBytes: a longer body is refused unread.
  public init(parsing body: [UInt8], maximumBytes: Int = 65_536) throws(CommandError) {
    guard body.count <= maximumBytes else {
      throw .invalid(field: nil, reason: "the body has \(body.count) bytes, at most \(maximumBytes) are taken")
    }
    do {
      try self.init(JSONParser.parse(body), path: "")
    } catch let error as JSONSyntaxError {
      throw .invalid(field: nil, reason: error.description)
    } catch let error as CommandError {
      throw error
    } catch {
      throw .invalid(field: nil, reason: "the body is not JSON")
    }
  }

  private init(_ value: JSONValue, path: String) throws(CommandError) {
    guard case .object(let members) = value else {
      throw .invalid(field: path.isEmpty ? nil : path, reason: "an object was expected, found \(value.kind)")
    }
    self.members = members
    self.path = path
  }

  private func name(_ field: String) -> String { path.isEmpty ? field : "\(path).\(field)" }

  private func wrong(_ field: String, _ expected: String, _ found: JSONValue) -> CommandError {
    .invalid(field: name(field), reason: "\(expected) was expected, found \(found.kind)")
  }

  /// Takes a field; absent and `null` are nil.
  private mutating func take(_ field: String) -> JSONValue? {
    guard let value = members.removeValue(forKey: field), value != .null else { return nil }
    return value
  }

  private func required<Value>(_ value: Value?, _ field: String) throws(CommandError) -> Value {
    guard let value else { throw .invalid(field: name(field), reason: "is missing") }
    return value
  }

  /// An optional string. Lengths are in UTF-8 bytes; leading and trailing blanks are refused, so that names compare.
  public mutating func optionalString(_ field: String, bytes: ClosedRange<Int> = 1...200) throws(CommandError) -> String? {
    guard let value = take(field) else { return nil }
    guard case .string(let text) = value else { throw wrong(field, "a string", value) }
    guard bytes.contains(text.utf8.count) else {
      throw .invalid(field: name(field), reason: "\(bytes.lowerBound) to \(bytes.upperBound) bytes are taken, found \(text.utf8.count)")
    }
    guard text.first?.isWhitespace != true, text.last?.isWhitespace != true else {
      throw .invalid(field: name(field), reason: "begins or ends with a blank")
    }
    return text
  }

  /// A string that must be there.
  public mutating func string(_ field: String, bytes: ClosedRange<Int> = 1...200) throws(CommandError) -> String {
    try required(try optionalString(field, bytes: bytes), field)
  }

  /// An optional whole number.
  public mutating func optionalInteger(_ field: String, in range: ClosedRange<Int64>) throws(CommandError) -> Int64? {
    guard let value = take(field) else { return nil }
    guard case .number(let text) = value, let number = Int64(text) else { throw wrong(field, "a whole number", value) }
    guard range.contains(number) else {
      throw .invalid(field: name(field), reason: "\(range.lowerBound) to \(range.upperBound) is taken, found \(number)")
    }
    return number
  }

  /// A whole number that must be there.
  public mutating func integer(_ field: String, in range: ClosedRange<Int64>) throws(CommandError) -> Int64 {
    try required(try optionalInteger(field, in: range), field)
  }

  /// A decimal number as its exact text, from a JSON string (`"12.30"`) or number (`12.3`); the caller checks its bounds.
  public mutating func decimalText(_ field: String) throws(CommandError) -> String {
    let value = try required(take(field), field)
    switch value {
    case .number(let text): return text
    case .string(let text) where text.utf8.count <= 64: return text
    default: throw wrong(field, "a decimal number", value)
    }
  }

  /// A UUID in its 36-character form.
  public mutating func optionalUUID(_ field: String) throws(CommandError) -> UUID? {
    guard let value = take(field) else { return nil }
    guard case .string(let text) = value, let uuid = UUID(uuidString: text) else { throw wrong(field, "a UUID", value) }
    return uuid
  }

  /// A boolean that must be there.
  public mutating func bool(_ field: String) throws(CommandError) -> Bool {
    let value = try required(take(field), field)
    guard case .bool(let flag) = value else { throw wrong(field, "a boolean", value) }
    return flag
  }

  /// An array of objects that must be there; each element is read by `read`, and its untaken fields are refused.
  public mutating func objects<Element>(
    _ field: String, count: ClosedRange<Int>, _ read: (inout CommandFields) throws(CommandError) -> Element
  ) throws(CommandError) -> [Element] {
    let value = try required(take(field), field)
    guard case .array(let elements) = value else { throw wrong(field, "an array", value) }
    guard count.contains(elements.count) else {
      throw .invalid(
        field: name(field), reason: "\(count.lowerBound) to \(count.upperBound) elements are taken, found \(elements.count)")
    }
    var result: [Element] = []
    for (index, element) in elements.enumerated() {
      var fields = try CommandFields(element, path: "\(name(field))[\(index)]")
      result.append(try read(&fields))
      try fields.finish()
    }
    return result
  }

  /// Refuses every field that nobody took.
  public func finish() throws(CommandError) {
    if let unknown = members.keys.min() {
      throw .invalid(field: String(name(unknown).prefix(200)), reason: "is not a field of this command")
    }
  }
}
