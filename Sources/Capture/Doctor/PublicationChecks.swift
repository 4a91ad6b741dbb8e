internal import ChangeEvents
internal import Postgres

/// Judges the publication. Pure.
struct PublicationChecks {
  let facts: SourceFacts
  let configuration: ConnectorConfiguration

  func findings() -> [Finding] {
    guard let publication = facts.publication else { return [absent()] }
    return [coverage(publication)] + operations(publication) + partial(publication) + root(publication)
  }

  private var name: String { configuration.publicationName }

  private func absent() -> Finding {
    let quoted = Query.quoted(identifier: name)
    switch configuration.publicationMode {
    case .disabled:
      return Finding(
        "publication", .error, subject: name, "does not exist, and publication.autocreate.mode is disabled",
        advice: "run CREATE PUBLICATION \(quoted) FOR TABLE …")
    case .allTables where !facts.role.isSuperuser:
      return Finding(
        "publication", .error, subject: name, "does not exist, and only a superuser can make one for all tables",
        advice: "set publication.autocreate.mode to filtered, or run CREATE PUBLICATION \(quoted) FOR ALL TABLES as a superuser")
    case .filtered, .noTables, .allTables:
      if !facts.role.mayCreate {
        return Finding(
          "publication", .error, subject: name, "does not exist, and the role may not make it",
          advice:
            "run GRANT CREATE ON DATABASE \(Query.quoted(identifier: configuration.database.database)) TO \(Query.quoted(identifier: facts.role.name)), or make it by hand"
        )
      }
      let foreign = facts.tables.filter { !$0.isOwned }.map(\.description.qualifiedName)
      if configuration.publicationMode == .filtered, !facts.role.isSuperuser, !foreign.isEmpty {
        return Finding(
          "publication", .error, subject: name, "does not exist, and the role does not own \(foreign.joined(separator: ", "))",
          advice: "make the publication as the tables' owner, or make the role a member of the owner")
      }
      if configuration.publicationMode == .filtered, facts.tables.isEmpty {
        return Finding(
          "publication", .error, subject: name, "would be empty: no table passes the filters", advice: "check table.include.list")
      }
      return Finding(
        "publication", .ok, subject: name, "does not exist yet: the start makes it (\(configuration.publicationMode.rawValue))")
    }
  }

  private func coverage(_ publication: SourceFacts.Publication) -> Finding {
    let wanted = facts.tables.map(\.description.qualifiedName)
    let missing = wanted.filter { !publication.tables.contains($0) }
    if configuration.publicationMode == .filtered {
      if publication.isForAllTables {
        return Finding(
          "publication", .error, subject: name, "is for all tables, but publication.autocreate.mode is filtered",
          advice: "set publication.autocreate.mode to all_tables, or drop the publication")
      }
      if publication.tables != Set(wanted), !publication.isOwned {
        return Finding(
          "publication", .error, subject: name, "has other tables than the filters let through, and the role may not change it",
          advice: "make the role a member of its owner, or set publication.autocreate.mode to disabled")
      }
      if !missing.isEmpty { return Finding("publication", .ok, subject: name, "the start adds \(missing.joined(separator: ", "))") }
    } else if !missing.isEmpty {
      return Finding(
        "publication", .error, subject: name, "does not publish \(missing.joined(separator: ", ")): their changes are never seen",
        advice: "run ALTER PUBLICATION \(Query.quoted(identifier: name)) ADD TABLE …, or narrow table.include.list")
    }
    return Finding("publication", .ok, subject: name, "covers the \(wanted.count) captured tables")
  }

  private func operations(_ publication: SourceFacts.Publication) -> [Finding] {
    let published: [(ChangeEvents.Operation, String, Bool)] = [
      (.create, "insert", publication.publishesInserts), (.update, "update", publication.publishesUpdates),
      (.delete, "delete", publication.publishesDeletes), (.truncate, "truncate", publication.publishesTruncates),
    ]
    let missing = published.filter { !$0.2 && !configuration.skippedOperations.contains($0.0) }.map(\.1)
    guard !missing.isEmpty else { return [Finding("publication operations", .ok, subject: name, "publishes what is captured")] }
    let all = published.filter { $0.2 || missing.contains($0.1) }.map(\.1).joined(separator: ", ")
    return [
      Finding(
        "publication operations", .error, subject: name, "does not publish: \(missing.joined(separator: ", "))",
        advice: "run ALTER PUBLICATION \(Query.quoted(identifier: name)) SET (publish = '\(all)'), or name them in skipped.operations")
    ]
  }

  private func partial(_ publication: SourceFacts.Publication) -> [Finding] {
    let tables = publication.partialTables.sorted()
    guard !tables.isEmpty else { return [] }
    return [
      Finding(
        "publication", .warning, subject: name,
        "leaves out rows or columns of \(tables.joined(separator: ", ")); a snapshot reads them all",
        advice: "filter columns with column.exclude.list instead")
    ]
  }

  private func root(_ publication: SourceFacts.Publication) -> [Finding] {
    guard publication.isViaRoot != configuration.publishViaPartitionRoot else { return [] }
    return [
      Finding(
        "publish.via.partition.root", .error, subject: name,
        "the publication says \(publication.isViaRoot), the connector file \(configuration.publishViaPartitionRoot)",
        advice:
          "run ALTER PUBLICATION \(Query.quoted(identifier: name)) SET (publish_via_partition_root = \(configuration.publishViaPartitionRoot))"
      )
    ]
  }
}
