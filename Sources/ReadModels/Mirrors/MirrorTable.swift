internal import ChangeEvents

/// A definition with what is needed to read its rows from envelopes.
///
/// A class, because it is looked at for every record: a definition is a dozen references to count.
final class MirrorTable: Sendable {
  let definition: MirrorDefinition
  /// One per column.
  let decoders: [ColumnDecoder]
  /// The columns whose values a change may lack because they are TOASTed.
  let mayBeUnavailable: [Int]

  /// Resolves the columns' types; a column whose type has no mapping is left out of the mirror, because no event carries it.
  init(_ definition: MirrorDefinition, types: TypeCatalog, options: EncodingOptions) throws {
    var resolved = definition
    resolved.columns = []
    var decoders: [ColumnDecoder] = []
    for (number, column) in definition.columns.enumerated() {
      if MirrorDefinition.technicalColumns.contains(column.name) || column.name.hasPrefix("_old_") {
        throw MirrorError(
          .unsupportedColumn, "column \(column.name) of \(definition.sourceName) cannot be mirrored: mirrors use this name themselves")
      }
      do {
        decoders.append(try ColumnDecoder(type: column.typeOID, typmod: column.typmod, catalog: types, options: options))
        resolved.columns.append(column)
      } catch {
        guard !definition.key.contains(number) else {
          throw MirrorError(
            .unsupportedColumn, "column \(column.name) of \(definition.sourceName) is part of the key and cannot be read: \(error)")
        }
        resolved.omittedColumns.insert(column.name)
      }
    }
    resolved.key = definition.key.compactMap { number in
      resolved.columns.firstIndex { $0.name == definition.columns[number].name }
    }
    self.definition = resolved
    self.decoders = decoders
    mayBeUnavailable = decoders.indices.filter { decoders[$0].mayBeUnavailable }
  }

  private init(definition: MirrorDefinition, decoders: [ColumnDecoder]) {
    self.definition = definition
    self.decoders = decoders
    mayBeUnavailable = decoders.indices.filter { decoders[$0].mayBeUnavailable }
  }

  /// The same table with decoders of its own, for one batch: see ``ColumnDecoder/unshared()``.
  func unshared() -> MirrorTable { MirrorTable(definition: definition, decoders: decoders.map { $0.unshared() }) }

  /// The same table with another definition of the same columns.
  func redefined(_ change: (inout MirrorDefinition) -> Void) -> MirrorTable {
    var definition = definition
    change(&definition)
    return MirrorTable(definition: definition, decoders: decoders)
  }
}
