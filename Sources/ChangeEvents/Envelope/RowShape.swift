/// The names of a row's fields in their order, which is that of the columns.
///
/// Rows that one ``EnvelopeParser`` read and that have the same names share one shape: what was found out about it (where a column stands) holds
/// for all of them, and need not be asked again while the shape is the same object.
public final class RowShape: Sendable {
  /// The names.
  public let names: [String]
  private let texts: TextList

  init(_ texts: TextList) {
    self.texts = texts
    names = (0..<texts.count).map { texts.string($0) }
  }

  /// A field's number by its name, nil if there is none. Of a name that stands there twice, the first, or the one at `hint`.
  ///
  /// - Parameter hint: where it is expected; a right hint costs one comparison.
  public func index(of name: String, hint: Int = 0) -> Int? {
    if names.indices.contains(hint), names[hint].hasSameBytes(as: name) { return hint }
    return names.firstIndex { $0.hasSameBytes(as: name) }
  }

  /// Whether `text` gives these names, and no others.
  func equals(count: Int, _ text: (Int) -> UnsafeRawBufferPointer) -> Bool { texts.equals(count: count, text) }
}
