/// A row image of an envelope: names and values in the order of the columns, owned together with its envelope.
///
/// A value is made into a Swift string only when it is asked for.
public struct Row: Sendable {
  /// Which of an envelope's rows.
  enum Part { case before, after, message }

  private let storage: EnvelopeStorage
  private let part: Part
  /// The number of its first value.
  private let start: Int
  /// How many fields it has.
  public let count: Int

  /// nil where the envelope has no such row.
  init?(_ part: Part, of storage: EnvelopeStorage) {
    switch part {
    case .before:
      if storage.rows.before == nil { return nil }
      start = 0
      count = storage.afterStart
    case .after:
      if storage.rows.after == nil { return nil }
      start = storage.afterStart
      count = storage.messageStart - start
    case .message:
      if storage.rows.message == nil { return nil }
      start = storage.messageStart
      count = storage.rowsEnd - start
    }
    self.storage = storage
    self.part = part
  }

  /// The names of its fields; rows that were read one after the other share it.
  public var shape: RowShape {
    let shape =
      switch part {
      case .before: storage.rows.before
      case .after: storage.rows.after
      case .message: storage.rows.message
      }
    // There is one: else there would be no row.
    return shape.unsafelyUnwrapped
  }

  /// A field's name; `index` must be in `0..<count`.
  public func name(_ index: Int) -> String { shape.names[index] }

  /// A field's value; `index` must be in `0..<count`.
  public func value(_ index: Int) -> FieldValue { withView(index) { $0.owned } }

  /// Whether a field is null, without making a value; `index` must be in `0..<count`.
  public func isNull(_ index: Int) -> Bool { withView(index) { $0.kind == .null } }

  /// A field's value by its name, nil if there is no such field.
  public subscript(name: String) -> FieldValue? { index(of: name).map(value) }

  /// A field's number by its name, nil if there is none.
  ///
  /// - Parameter hint: where it is expected (where it stood in the last row); a right hint costs one comparison.
  public func index(of name: String, hint: Int = 0) -> Int? { shape.index(of: name, hint: hint) }

  /// Lends a field's value.
  func withView<R>(_ index: Int, _ body: (FieldView) -> R) -> R {
    precondition(index >= 0 && index < count, "a row has no field \(index)")
    return storage.withView(start + index, body)
  }
}
