/// The texts of the walsender's commands.
enum ReplicationCommand {
  /// PostgreSQL 15 put the options into parentheses; 14 and before have keywords.
  static func createLogicalSlot(
    name: String, plugin: String, temporary: Bool, snapshot: SlotSnapshot, twoPhase: Bool, failover: Bool, serverVersion: Int
  ) -> String {
    var command = "CREATE_REPLICATION_SLOT \(Query.quoted(identifier: name))"
    if temporary { command += " TEMPORARY" }
    command += " LOGICAL \(Query.quoted(identifier: plugin))"
    if serverVersion >= 150_000 {
      var options = ["SNAPSHOT '\(snapshot.rawValue)'"]
      if twoPhase { options.append("TWO_PHASE") }
      if failover { options.append("FAILOVER") }
      return command + " (" + options.joined(separator: ", ") + ")"
    }
    switch snapshot {
    case .export: command += " EXPORT_SNAPSHOT"
    case .nothing: command += " NOEXPORT_SNAPSHOT"
    case .use: command += " USE_SNAPSHOT"
    }
    return twoPhase ? command + " TWO_PHASE" : command
  }

  static func startLogical(slot: String, from lsn: LSN, options: [(String, String)]) -> String {
    var command = "START_REPLICATION SLOT \(Query.quoted(identifier: slot)) LOGICAL \(lsn)"
    if !options.isEmpty {
      // The walsender's grammar knows no escape strings: quotes are doubled, backslashes stand for themselves.
      let texts = options.map { name, value in
        "\(Query.quoted(identifier: name)) '\(value.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''"))'"
      }
      command += " (" + texts.joined(separator: ", ") + ")"
    }
    return command
  }
}
