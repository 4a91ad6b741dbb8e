/// Where changes come from: what `source` says alike in all records of a table. A text that is null or absent is empty.
final class EnvelopeOrigin: Sendable {
  let name: String
  let database: String
  let schema: String
  let table: String
  private let texts: TextList

  init(_ parts: EnvelopeParts, _ outline: EnvelopeOutline) {
    texts = TextList(count: EnvelopeOutline.originCount) { parts.text(outline.origin($0)) }
    (name, database, schema, table) = (texts.string(0), texts.string(1), texts.string(2), texts.string(3))
  }

  /// Whether an envelope that a parser holds comes from there.
  func equals(_ parts: EnvelopeParts, _ outline: EnvelopeOutline) -> Bool {
    texts.equals(count: EnvelopeOutline.originCount) { parts.text(outline.origin($0)) }
  }
}
