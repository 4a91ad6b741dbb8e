internal import ChangeEvents
internal import Postgres

/// The values of one column, row by row, as one parameter: in binary form where that is as simple as the text, which spares both sides the quotes.
struct ColumnArray {
  private var literal = ArrayLiteral()
  private var binary: BinaryArray?

  /// - Parameter type: the elements' type in the server, as `format_type` writes it, without a modifier.
  init(of type: some StringProtocol, reservingBytes bytes: Int) {
    if let element = BinaryArray.Element(typeName: type) {
      binary = BinaryArray(of: element, reservingBytes: bytes)
    } else {
      literal = ArrayLiteral(reservingBytes: bytes)
    }
  }

  /// The parameter, as an array of `type`.
  func parameter(as type: String) -> Query {
    if let binary { "\(array: binary, as: type)" } else { "\(array: literal, as: type)" }
  }

  mutating func appendNull() {
    if binary != nil { binary?.appendNull() } else { literal.appendNull() }
  }

  /// - Returns: false where the text is no value of the type; then nothing is appended.
  mutating func append(text: UnsafeRawBufferPointer) -> Bool {
    if binary != nil { return binary?.append(text: text) ?? false }
    literal.append(text: text)
    return true
  }

  /// - Returns: false where the array is not of such values; then nothing is appended.
  mutating func append(_ value: BinaryValue) -> Bool {
    switch value {
    case .null:
      appendNull()
      return true
    case .bool(let value): return binary?.append(value) ?? false
    case .integer(let value): return binary?.append(value) ?? false
    case .moment(let value): return binary?.append(serverMicroseconds: value) ?? false
    case .decimal(let unscaled, let scale): return binary?.append(unscaled: unscaled, scale: scale) ?? false
    }
  }

  /// Appends the value whose text `write` appends to the bytes that it is given, or NULL where it returns false.
  ///
  /// - Returns: false where the text is no value of the type; then nothing is appended.
  /// - Throws: what `write` throws; then nothing is appended.
  mutating func append<Failure: Error>(isPlain: Bool, _ write: (inout [UInt8]) throws(Failure) -> Bool) throws(Failure) -> Bool {
    guard binary != nil else {
      try literal.append(isPlain: isPlain, write)
      return true
    }
    return try binary?.append(write) ?? false
  }

  /// Takes the last value back; to be called once after an append at the most.
  mutating func removeLast() {
    if binary != nil { binary?.removeLast() } else { literal.removeLast() }
  }
}
