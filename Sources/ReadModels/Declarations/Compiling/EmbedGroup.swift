/// What one row embeds of the same rows of other tables: read once, shown in several ways.
struct EmbedGroup {
  let alias: String
  let steps: [ResolvedStep]
  var members: [ResolvedEmbed]
  /// Under which condition its rows are read at all; nil for always.
  var condition: String?

  /// Whether something can be added: what has rows embedded in itself stands alone, because these would be looked up for all rows.
  func takes(_ embed: ResolvedEmbed) -> Bool { steps == embed.steps && embed.isFlat }
}

extension ResolvedEmbed {
  /// Whether nothing is embedded in its rows.
  var isFlat: Bool {
    if case .row(let value) = content { value.isFlat } else { true }
  }
}

extension ResolvedValue {
  fileprivate var isFlat: Bool {
    switch self {
    case .column, .expression, .constant: true
    case .object(let fields): fields.allSatisfy(\.value.isFlat)
    case .embed: false
    }
  }

  /// The embeds of a row's value, not those inside them.
  var embeds: [ResolvedEmbed] {
    switch self {
    case .column, .expression, .constant: []
    case .object(let fields): fields.flatMap(\.value.embeds)
    case .embed(let embed): [embed]
    }
  }
}
