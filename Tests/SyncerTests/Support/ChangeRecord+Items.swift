@testable import Syncer

/// The table `public.items`, whose changes the tests' handlers write down.
extension ChangeRecord {
  /// Whether the record is a change of it.
  var isOfItems: Bool { envelope?.source.isTable(schema: "public", table: "items") ?? false }

  /// The new row's name; empty where there is none.
  var itemName: String {
    if case .string(let name)? = envelope?.after?["name"] { name } else { "" }
  }
}
