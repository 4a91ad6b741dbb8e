internal import Logging
internal import Postgres

/// `execute-snapshot` of the type `blocking`: the stream waits while tables are read as at a start.
extension StreamReader {
  /// - Throws: what ends the stream, too. A snapshot that cannot be taken is told and left.
  func takeBlockingSnapshot(_ request: SnapshotRequest, id: String) async throws {
    let captured = try await SourceCatalog(connection: try await source.open(), publication: session.configuration.publicationName)
      .capturedTables(session.configuration)
    let others = captured.filter { !session.configuration.signals.isSignalTable(schema: $0.schema, table: $0.name) }
    let names = IncrementalMachine.expand(request.collections, captured: others.map(\.qualifiedName))
    let tables = captured.filter { names.contains($0.qualifiedName) }
    let unknown = names.filter { name in !tables.contains { $0.qualifiedName == name } }
    if !unknown.isEmpty {
      session.logger.warning(
        "a signal names tables that are not captured", metadata: ["id": "\(id)", "tables": "\(unknown.joined(separator: ", "))"])
    }
    guard !tables.isEmpty else { return }
    var chosen = session
    chosen.configuration.snapshotFilter = .everything
    for (name, statement) in Self.statements(request.conditions, tables: tables.map(\.qualifiedName)) {
      chosen.configuration.snapshot.overrides[name] = statement
    }
    let notifications = InitialSnapshotNotifications(service: session.notifications, connector: session.configuration.topicPrefix)
    let reader = SnapshotReader(session: chosen, pipeline: pipeline, tracker: SnapshotProgressTracker(), notifications: notifications)
    session.logger.notice("the stream waits for a blocking snapshot", metadata: ["id": "\(id)", "tables": "\(tables.count)"])
    session.board.update { $0.phase = .snapshot }
    defer { session.board.update { $0.phase = .streaming } }
    notifications.started()
    do {
      guard try await reader.run(tables: tables, slot: nil, slotPoint: nil, progress: nil) else { return }
      session.logger.notice("the stream goes on after a blocking snapshot", metadata: ["id": "\(id)"])
    } catch let error as CaptureError {
      tell(error.description, id: id, notifications)
    } catch let error as PostgresError where error.classification == .permanent {
      tell(error.description, id: id, notifications)
    }
  }

  /// The operator's SELECT for each table that a condition matches; the first one counts.
  private static func statements(_ conditions: [SnapshotRequest.Condition], tables: [String]) -> [(String, String)] {
    let patterns = conditions.compactMap { condition in
      (try? NamePattern(condition.collection, caseInsensitive: true)).map { ($0, condition.filter) }
    }
    return tables.compactMap { name in
      guard let statement = patterns.first(where: { $0.0.matches(name) })?.1.trimmingSpace(), !statement.isEmpty else { return nil }
      var text = Substring(statement)
      while text.last == ";" || text.last?.isWhitespace == true { text.removeLast() }
      return (name, String(text))
    }
  }

  private func tell(_ reason: String, id: String, _ notifications: InitialSnapshotNotifications) {
    session.logger.error("a blocking snapshot cannot be taken", metadata: ["id": "\(id)", "reason": "\(reason)"])
    notifications.aborted()
  }
}
