/// Documents' keys, each with what is to be computed anew.
typealias TouchedDocuments = [String: DocumentTouch]

/// What changes have touched of one document.
struct DocumentTouch: Sendable, Hashable {
  /// The highest LSN of the changes.
  var lsn: Int64
  var parts: DocumentParts
}

extension TouchedDocuments {
  /// The whole documents of `values`.
  init(whole values: TouchedValues) {
    self = values.mapValues { DocumentTouch(lsn: $0, parts: .all) }
  }

  /// Adds documents, or parts of those that are there.
  mutating func touch(_ values: TouchedValues, parts: DocumentParts) {
    for (value, lsn) in values {
      if let known = self[value] {
        self[value] = DocumentTouch(lsn: Swift.max(known.lsn, lsn), parts: known.parts.union(parts))
      } else {
        self[value] = DocumentTouch(lsn: lsn, parts: parts)
      }
    }
  }
}
