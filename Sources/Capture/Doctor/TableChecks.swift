internal import Postgres

/// Judges the captured tables. Pure.
struct TableChecks {
  let facts: SourceFacts
  let configuration: ConnectorConfiguration

  func findings() -> [Finding] {
    [matched()] + facts.unmatchedPatterns.map(unmatched) + guardrail() + facts.tables.flatMap(findings)
      + facts.unloggedTables.map { name in
        Finding(
          "unlogged table", .error, subject: name, "is never replicated", advice: "run ALTER TABLE \(name) SET LOGGED, or leave it out")
      }
  }

  private func matched() -> Finding {
    if let missing = facts.missingTable { return Finding("tables", .error, missing, advice: "correct table.include.list") }
    let names = facts.tables.map(\.description.qualifiedName)
    guard !names.isEmpty else {
      return Finding(
        "tables", .error, "no table of \(configuration.database.database) passes the filters",
        advice: "check schema.include.list and table.include.list: expressions cover <schema>.<table> as a whole")
    }
    return Finding(
      "tables", .ok, "\(names.count) pass the filters: \(names.prefix(20).joined(separator: ", "))\(names.count > 20 ? ", …" : "")")
  }

  private func unmatched(_ pattern: String) -> Finding {
    Finding("tables", .warning, "no table matches \"\(pattern)\" of table.include.list", advice: "correct it, if no such table is to come")
  }

  private func guardrail() -> [Finding] {
    guard configuration.maxTables > 0, facts.tables.count > configuration.maxTables else { return [] }
    return [
      Finding(
        "guardrail.collections.max", configuration.failsAboveMaxTables ? .error : .warning,
        "\(facts.tables.count) tables pass the filters, and \(configuration.maxTables) are allowed",
        advice: "narrow table.include.list, or raise it")
    ]
  }

  private func findings(_ table: SourceFacts.Table) -> [Finding] {
    let name = table.description.qualifiedName
    var findings: [Finding] = []
    if let problem = table.problem {
      findings.append(Finding("records", .error, subject: name, problem, advice: "leave the table out, or change the transforms"))
    }
    if !table.isReadable, configuration.mayTakeSnapshot, configuration.snapshotFilter.accepts(name) {
      findings.append(
        Finding(
          "right to read", .error, subject: name, "the role may not read it",
          advice: "run GRANT SELECT ON \(name) TO \(Query.quoted(identifier: facts.role.name)), and USAGE on its schema"))
    }
    findings.append(contentsOf: identity(table, name))
    return findings
  }

  private func identity(_ table: SourceFacts.Table, _ name: String) -> [Finding] {
    let carried = wantedIdentity(table, name) ?? table.description.identityColumns
    let publishesDeletes = !configuration.skippedOperations.contains(.delete) || !configuration.skippedOperations.contains(.update)
    if carried.isEmpty, publishesDeletes {
      let why = table.description.identity == .nothing ? "REPLICA IDENTITY NOTHING" : "no primary key and no other replica identity"
      return [
        Finding(
          "replica identity", .warning, subject: name, "\(why): PostgreSQL refuses updates and deletes of it once it is published",
          advice: "add a primary key, or run ALTER TABLE \(name) REPLICA IDENTITY FULL")
      ] + keyless(table, name)
    }
    let outside = table.keyColumns.filter { !carried.contains($0) }
    if !outside.isEmpty, !configuration.skippedOperations.contains(.delete) {
      return [
        Finding(
          "replica identity", .error, subject: name,
          "does not carry the key column\(outside.count == 1 ? "" : "s") \(outside.joined(separator: ", ")): deletes would be keyed by zero",
          advice: "run ALTER TABLE \(name) REPLICA IDENTITY FULL, or set replica.identity.autoset.values to \(name):FULL")
      ]
    }
    return keyless(table, name).isEmpty
      ? [Finding("replica identity", .ok, subject: name, describe(table, carried))] : keyless(table, name)
  }

  /// What `replica.identity.autoset.values` will make of it; nil leaves it.
  private func wantedIdentity(_ table: SourceFacts.Table, _ name: String) -> [String]? {
    switch try? configuration.replicaIdentities.identity(of: name) {
    case .full where table.isOwned: table.description.columns.map(\.name)
    case .nothing where table.isOwned: []
    default: nil
    }
  }

  private func keyless(_ table: SourceFacts.Table, _ name: String) -> [Finding] {
    guard table.keyColumns.isEmpty, table.problem == nil else { return [] }
    return [
      Finding(
        "key", .warning, subject: name, "its records have no key: they go to any partition, in no order, and cannot be compacted",
        advice: "add a primary key, or name columns in message.key.columns")
    ]
  }

  private func describe(_ table: SourceFacts.Table, _ carried: [String]) -> String {
    let identity =
      switch table.description.identity {
      case .default: "default"
      case .full: "full"
      case .nothing: "nothing"
      case .index: "by index"
      }
    return "\(identity), key \(table.keyColumns.joined(separator: ", "))"
  }
}
