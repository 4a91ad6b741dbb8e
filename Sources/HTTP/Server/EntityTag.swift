/// An entity tag of RFC 9110, 8.8.3.
struct EntityTag: Sendable, Hashable {
  var value: String
  var isWeak = false

  /// Weak comparison, as If-None-Match wants it: the `W/` does not matter.
  func matchesWeakly(_ other: EntityTag) -> Bool { value == other.value }

  /// `"3"` or `W/"3"`.
  var text: String { (isWeak ? "W/" : "") + "\"\(value)\"" }
}

/// The value of If-Match or If-None-Match.
enum EntityTagList: Sendable, Equatable {
  /// `*`: whatever there is.
  case any
  /// At least one tag.
  case tags([EntityTag])

  /// Nil when the text is no list of entity tags. Commas inside a tag's quotes belong to it.
  init?(_ text: String) {
    var rest = text.utf8[...]
    func skip(_ bytes: Set<UInt8>) { rest = rest.drop { bytes.contains($0) } }
    let blanks: Set<UInt8> = [0x20, 0x09]
    skip(blanks)
    if rest.first == UInt8(ascii: "*") {
      rest = rest.dropFirst()
      skip(blanks)
      guard rest.isEmpty else { return nil }
      self = .any
      return
    }
    var tags: [EntityTag] = []
    while true {
      skip(blanks.union([UInt8(ascii: ",")]))
      guard !rest.isEmpty else { break }
      var isWeak = false
      if rest.starts(with: "W/".utf8) {
        isWeak = true
        rest = rest.dropFirst(2)
      }
      guard rest.first == UInt8(ascii: "\"") else { return nil }
      rest = rest.dropFirst()
      guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), rest[..<end].allSatisfy({ $0 > 0x20 && $0 != 0x7F }) else { return nil }
      tags.append(EntityTag(value: String(decoding: rest[..<end], as: UTF8.self), isWeak: isWeak))
      rest = rest[rest.index(after: end)...]
      skip(blanks)
      guard rest.isEmpty || rest.first == UInt8(ascii: ",") else { return nil }
    }
    guard !tags.isEmpty else { return nil }
    self = .tags(tags)
  }

  /// Whether If-None-Match is answered with 304 for an existing representation.
  func containsWeakly(_ tag: EntityTag) -> Bool {
    switch self {
    case .any: true
    case .tags(let tags): tags.contains { $0.matchesWeakly(tag) }
    }
  }
}
