internal import ChangeEvents
public import Logging
internal import Postgres
public import Syncer

extension MirrorSet {
  /// The same mirrors in other schemas.
  func placed(in place: (String) -> String) -> MirrorSet {
    redefined { $0.namespace = MirrorNamespace(tables: place($0.namespace.tables), views: place($0.namespace.views)) }
  }

  /// What `sluice rebuild mirror.<topic prefix>` builds: all mirrors, with their views, from topics.
  ///
  /// - Parameter documents: the live projections that are made from these mirrors: they follow when one row alone is made anew.
  public func projection(documents: [DocumentProjection] = [], logger: Logger) -> VersionedProjection {
    let live = MirrorProjection(self, logger: logger)
    var relations: [VersionedRelation] = []
    for namespace in Set(definitions.map(\.namespace)) {
      relations.append(VersionedRelation(schema: namespace.tables, name: MirrorDefinition.registryName))
    }
    for definition in definitions {
      relations.append(VersionedRelation(schema: definition.namespace.tables, name: definition.mirrorName))
      relations.append(VersionedRelation(schema: definition.namespace.views, name: definition.mirrorName))
    }
    var projection = VersionedProjection(name: live.name, relations: relations) { version in
      [MirrorProjection(placed(in: version.schema(for:)), name: version.handlerName(for: live.name), logger: logger)]
    }
    let keyless = definitions.filter(\.isKeyless).map { "table " + $0.sourceName }.sorted()
    projection.missingFromSnapshots =
      keyless.isEmpty
      ? nil
      : keyless.joined(separator: ", ") + (keyless.count == 1 ? ", which has" : ", which have")
        + " no primary key (add one, or leave it out of the mirrors)"
    projection.key = { table, values in try key(table, values, handlers: [live] + documents) }
    return projection
  }

  private func key(_ name: String?, _ values: [String], handlers: [any Handler]) throws -> VersionedKey {
    let names = definitions.map(\.mirrorName).sorted().joined(separator: ", ")
    guard let name, let number = tables.firstIndex(where: { $0.definition.mirrorName == name || $0.definition.sourceName == name }) else {
      throw RebuildError(.unknownKey, "\(name.map { "\($0) is not mirrored" } ?? "a key needs its table"): expected one of \(names)")
    }
    let table = tables[number]
    let columns = table.definition.key.map { table.definition.columns[$0] }
    guard !columns.isEmpty, columns.count == values.count else {
      throw RebuildError(
        .unknownKey,
        columns.isEmpty
          ? "\(table.definition.sourceName) has no primary key: its mirror can be rebuilt as a whole only"
          : "the key of \(table.definition.sourceName) is (\(columns.map(\.name).joined(separator: ", "))): expected \(columns.count) values, found \(values.count)"
      )
    }
    var wanted = RowKey()
    if let only = values.first, values.count == 1 {
      wanted = RowKey(text: Array(only.utf8))
    } else {
      for value in values { wanted.append { bytes in bytes += Array(value.utf8) } }
    }
    let key = wanted
    let isAbout: @Sendable (ChangeRecord) -> Bool = { record in
      guard let envelope = record.envelope, envelope.operation != .message, envelope.operation != .truncate, index(of: envelope) == number
      else { return false }
      return [envelope.after, envelope.before].contains { row in row.flatMap { try? table.key(of: $0, record: 0) } == key }
    }
    let forget: @Sendable (Connection) async throws -> Void = { transaction in
      try await MirrorRepairStore(definition: table.definition).forget(values, transaction)
    }
    return VersionedKey(isAbout: isAbout, forget: forget, handlers: handlers)
  }
}
