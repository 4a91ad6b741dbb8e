/// A row image of an envelope: names and values in the order of the columns, owned together with its envelope.
///
/// A value is made into a Swift string only when it is asked for.
public struct Row: Sendable {
  let storage: EnvelopeStorage
  let range: Range<Int>

  /// How many fields it has.
  public var count: Int { range.count }

  /// A field's name; `index` must be in `0..<count`.
  public func name(_ index: Int) -> String {
    let at = node(index)
    return withExtendedLifetime(storage) { String(decoding: storage.nameBytes(at), as: UTF8.self) }
  }

  /// A field's value; `index` must be in `0..<count`.
  public func value(_ index: Int) -> FieldValue {
    let at = node(index)
    return withExtendedLifetime(storage) { storage.view(at).owned }
  }

  /// Whether a field is null, without making a value; `index` must be in `0..<count`.
  public func isNull(_ index: Int) -> Bool { storage.isNull(node(index)) }

  /// A field's value by its name, nil if there is no such field.
  public subscript(name: String) -> FieldValue? { index(of: name).map(value) }

  /// A field's number by its name, nil if there is none.
  ///
  /// - Parameter hint: where it is expected (where it stood in the last row); a right hint costs one comparison.
  public func index(of name: String, hint: Int = 0) -> Int? {
    var name = name
    return name.withUTF8 { wanted in
      let wanted = UnsafeRawBufferPointer(wanted)
      return withExtendedLifetime(storage) {
        if hint >= 0, hint < count, storage.nameBytes(range.lowerBound + hint).equals(wanted) { return hint }
        for index in 0..<count where storage.nameBytes(range.lowerBound + index).equals(wanted) { return index }
        return nil
      }
    }
  }

  /// Lends a field's value.
  func withView<R>(_ index: Int, _ body: (FieldView) -> R) -> R {
    let at = node(index)
    return withExtendedLifetime(storage) { body(storage.view(at)) }
  }

  private func node(_ index: Int) -> Int {
    precondition(index >= 0 && index < range.count, "a row has no field \(index)")
    return range.lowerBound + index
  }
}
