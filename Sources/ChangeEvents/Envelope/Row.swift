/// A row image of an envelope: names and values in the order of the columns, owned together with its envelope.
///
/// A value is made into a Swift string only when it is asked for.
public struct Row: Sendable {
  let storage: EnvelopeStorage
  let range: Range<Int>

  /// How many fields it has.
  public var count: Int { range.count }

  /// A field's name; `index` must be in `0..<count`.
  public func name(_ index: Int) -> String { fatalError() }

  /// A field's value; `index` must be in `0..<count`.
  public func value(_ index: Int) -> FieldValue { fatalError() }

  /// A field's value by its name, nil if there is no such field.
  public subscript(name: String) -> FieldValue? { index(of: name).map(value) }

  /// A field's number by its name, nil if there is none. `hint`: where it stood in the last row; right hints cost one comparison.
  public func index(of name: String, hint: Int = 0) -> Int? { fatalError() }
}
