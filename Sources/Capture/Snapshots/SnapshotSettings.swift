/// `snapshot.*` beside the mode and the filters.
struct SnapshotSettings: Sendable {
  /// `snapshot.isolation.mode`, for a snapshot that no slot exports.
  enum Isolation: String, Sendable {
    case serializable
    case repeatableRead = "repeatable_read"
    case readCommitted = "read_committed"
    case readUncommitted = "read_uncommitted"
  }

  /// `snapshot.locking.mode`.
  enum Locking: String, Sendable { case none, shared }

  /// `snapshot.tables.order.by.row.count`.
  enum RowCountOrder: String, Sendable { case disabled, ascending, descending }

  /// `snapshot.mode.configuration.based.*`; the two flags about schemas mean nothing to a source without a schema history.
  struct ConfigurationBased: Hashable, Sendable {
    var takesData = false
    var streams = false
    var onDataError = false
  }

  var isolation: Isolation
  var locking: Locking
  /// `snapshot.lock.timeout.ms`; default 10 s.
  var lockTimeout: Duration
  /// `snapshot.delay.ms`: before a snapshot; default none.
  var delay: Duration
  /// `streaming.delay.ms`: between a snapshot and the stream; default none.
  var streamingDelay: Duration
  /// `snapshot.max.threads`: connections that read at once; default 1.
  var maxThreads: Int
  /// `snapshot.max.threads.multiplier`: chunks of a table for each thread, at least; default 1.
  var multiplier: Int
  /// `snapshot.max.threads.multiplier.<table>`.
  var tableMultipliers: [String: Int]
  /// `legacy.snapshot.max.threads`: threads share tables, not their parts; default false.
  var isWholeTables: Bool
  var rowCountOrder: RowCountOrder
  /// `snapshot.select.statement.overrides.<table>`, by `schema.table`.
  var overrides: [String: String]
  var configurationBased: ConfigurationBased
  /// `sluice.snapshot.chunk.pages`: heap pages of a chunk, which is what a kill costs at most; nil (default) is 4096 (32 MiB).
  var chunkPages: Int64?

  init(_ reader: SettingsReader) throws(CaptureError) {
    isolation = try reader.choice("snapshot.isolation.mode", Isolation.self)
    locking = try reader.choice("snapshot.locking.mode", Locking.self)
    lockTimeout = reader.milliseconds("snapshot.lock.timeout.ms")
    delay = reader.milliseconds("snapshot.delay.ms")
    streamingDelay = reader.milliseconds("streaming.delay.ms")
    maxThreads = Int(clamping: reader.number("snapshot.max.threads"))
    multiplier = Int(clamping: reader.number("snapshot.max.threads.multiplier"))
    isWholeTables = reader.flag("legacy.snapshot.max.threads")
    rowCountOrder = try reader.choice("snapshot.tables.order.by.row.count", RowCountOrder.self)
    configurationBased = ConfigurationBased(
      takesData: reader.flag("snapshot.mode.configuration.based.snapshot.data"),
      streams: reader.flag("snapshot.mode.configuration.based.start.stream"),
      onDataError: reader.flag("snapshot.mode.configuration.based.snapshot.on.data.error"))
    let pages = reader.number("sluice.snapshot.chunk.pages")
    chunkPages = pages == 0 ? nil : pages
    overrides = try Self.overrides(reader)
    tableMultipliers = try Self.multipliers(reader)
  }

  private static func overrides(_ reader: SettingsReader) throws(CaptureError) -> [String: String] {
    let key = "snapshot.select.statement.overrides"
    var found: [String: String] = [:]
    for table in NameFilter.split(reader.text(key) ?? "") {
      guard let statement = reader.settings["\(key).\(table)"]?.trimmingSpace(), !statement.isEmpty else {
        throw .configuration("\(reader.origin): key \"\(key).\(table)\" is missing: \(key) names the table")
      }
      var text = Substring(statement)
      while text.last == ";" || text.last?.isWhitespace == true { text.removeLast() }
      found[unquoted(table)] = String(text)
    }
    for (name, value) in reader.settings where name.hasPrefix(key + ".") && found[unquoted(String(name.dropFirst(key.count + 1)))] == nil {
      throw reader.error(name, value, "expected the table in \(key), too")
    }
    return found
  }

  private static func multipliers(_ reader: SettingsReader) throws(CaptureError) -> [String: Int] {
    let prefix = "snapshot.max.threads.multiplier."
    var found: [String: Int] = [:]
    for (name, value) in reader.settings where name.hasPrefix(prefix) {
      guard let number = Int(value), (1...1024).contains(number) else {
        throw reader.error(name, value, "expected a whole number from 1 to 1024")
      }
      found[unquoted(String(name.dropFirst(prefix.count)))] = number
    }
    return found
  }

  /// Names may be quoted as in SQL.
  private static func unquoted(_ name: String) -> String { name.filter { $0 != "\"" } }
}
