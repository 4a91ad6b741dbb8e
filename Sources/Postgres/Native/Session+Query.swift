internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Session {
  /// One statement with binds, by the extended protocol.
  func run(_ query: Query, format: ValueFormat, _ control: JobControl) throws -> ResultHandle {
    let connection = try ready(control)
    try send(query, format: format, connection, control)
    return try complete(connection, control)
  }

  /// Several statements without binds, by the simple protocol; the result of the last one.
  func runScript(_ sql: String, _ control: JobControl) throws -> ResultHandle? {
    let connection = try ready(control)
    try Self.check(sql: sql)
    guard PQsendQuery(connection, sql) == 1 else { throw failure(control) }
    try flush(connection, control)
    let results = try collect(connection, control)
    return results.last
  }

  /// A connection that can take a statement.
  func ready(_ control: JobControl) throws -> OpaquePointer {
    let connection = try open(control)
    if copyInProgress { throw PostgresError.misuse("a COPY is in progress on this connection", operation: control.operation) }
    if state.isStreaming { throw PostgresError.misuse("a replication stream runs on this connection", operation: control.operation) }
    return connection
  }

  /// Hands a statement to libpq; nothing is awaited.
  func send(_ query: Query, format: ValueFormat, _ connection: OpaquePointer, _ control: JobControl) throws {
    try validate(query, control)
    let sql = query.sql
    let binds = query.binds
    let accepted = Self.withParameters(binds) { values, lengths in
      PQsendQueryParams(
        connection, sql, Int32(binds.count), binds.map { Oid($0.type) }, values, lengths, binds.map { $0.isBinary ? 1 : 0 }, format.rawValue
      )
    }
    guard accepted == 1 else { throw failure(control) }
  }

  /// Hands a statement that the server keeps to libpq.
  func send(_ query: Query, name: String, format: ValueFormat, _ connection: OpaquePointer, _ control: JobControl) throws {
    let binds = query.binds
    let accepted = Self.withParameters(binds) { values, lengths in
      PQsendQueryPrepared(
        connection, name, Int32(binds.count), values, lengths, binds.map { $0.isBinary ? 1 : 0 }, format.rawValue)
    }
    guard accepted == 1 else { throw failure(control) }
  }

  /// What libpq would cut off, or the query itself says is wrong.
  func validate(_ query: Query, _ control: JobControl) throws {
    if let flaw = query.flaw { throw PostgresError.misuse("the query is not sent: \(flaw)", operation: control.operation) }
    try Self.check(sql: query.sql)
    for (index, bind) in query.binds.enumerated() where !bind.isBinary {
      // A text parameter ends at its first zero byte for libpq: what follows would be lost without a word.
      if let value = bind.value, value.withUnsafeBytes({ bytes in bytes.baseAddress.map { memchr($0, 0, bytes.count) != nil } ?? false }) {
        throw PostgresError(
          origin: .server, operation: control.operation, sqlState: SQLState(rawValue: "22021"),
          message: "parameter $\(index + 1) holds a zero byte, which no PostgreSQL text can")
      }
    }
  }

  private static func check(sql: String) throws {
    if sql.utf8.contains(0) { throw PostgresError.misuse("the SQL text holds a zero byte") }
  }

  /// All values in one buffer with a zero after each, as libpq wants texts.
  private static func withParameters<Result>(
    _ binds: [Bind], _ body: (UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<Int32>?) -> Result
  ) -> Result {
    if binds.isEmpty { return body(nil, nil) }
    var offsets: [Int?] = []
    var lengths: [Int32] = []
    var bytes: [UInt8] = []
    bytes.reserveCapacity(binds.reduce(0) { $0 + ($1.value?.count ?? 0) + 1 })
    for bind in binds {
      offsets.append(bind.value == nil ? nil : bytes.count)
      lengths.append(Int32(bind.value?.count ?? 0))
      if let value = bind.value { bytes.append(contentsOf: value) }
      bytes.append(0)
    }
    return bytes.withUnsafeBytes { buffer in
      let base = buffer.assumingMemoryBound(to: CChar.self).baseAddress
      let pointers = offsets.map { offset in offset.flatMap { offset in base.map { UnsafePointer($0 + offset) } } }
      return pointers.withUnsafeBufferPointer { pointers in
        lengths.withUnsafeBufferPointer { body(pointers.baseAddress, $0.baseAddress) }
      }
    }
  }

  // MARK: Answers

  /// Sends, waits for the last answer and gives the only result.
  func complete(_ connection: OpaquePointer, _ control: JobControl) throws -> ResultHandle {
    try flush(connection, control)
    guard let result = try collect(connection, control).last else {
      throw PostgresError.misuse("the server gave no result", operation: control.operation)
    }
    return result
  }

  /// Reads all results up to the end of the query; throws the first error after the last answer was read.
  private func collect(_ connection: OpaquePointer, _ control: JobControl) throws -> [ResultHandle] {
    var results: [ResultHandle] = []
    var firstError: PostgresError?
    while let result = try nextResult(connection, control) {
      switch PQresultStatus(result) {
      case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_SINGLE_TUPLE:
        results.append(ResultHandle(adopting: result))
      case PGRES_COPY_IN:
        PQclear(result)
        PQputCopyEnd(connection, "COPY FROM STDIN needs copyIn")
        firstError = firstError ?? .misuse("COPY FROM STDIN needs copyIn", operation: control.operation)
        try flush(connection, control)
      case PGRES_COPY_OUT:
        PQclear(result)
        firstError = firstError ?? .misuse("COPY TO STDOUT needs copyOut", operation: control.operation)
        try discardCopyOut(connection, control)
      case PGRES_COPY_BOTH:
        PQclear(result)
        close()
        throw PostgresError.misuse("START_REPLICATION needs startReplication", operation: control.operation)
      default:
        firstError = firstError ?? PostgresError(result: result, operation: control.operation)
        PQclear(result)
      }
    }
    try endOfWork(error: firstError, control)
    return results
  }

  /// After the last answer: publishes the state, and throws what the query ended with.
  func endOfWork(error: PostgresError?, _ control: JobControl) throws {
    if let connection { deliverNotifications(connection) }
    let cancel = finishCancel()
    publish()
    guard var error else { return }
    switch cancel {
    // A query that failed for another reason before the request came still was to be cancelled: the reason is the same for the caller.
    case .task: throw CancellationError()
    case .deadline where error.classification != .connection:
      error.origin = .deadline
      error.message = "cancelled at its deadline: \(error.message)"
      throw error
    default: throw error
    }
  }

  /// The next result of the query, nil after the last.
  func nextResult(_ connection: OpaquePointer, _ control: JobControl) throws -> OpaquePointer? {
    while PQisBusy(connection) == 1 {
      _ = try wait(Int16(POLLIN), control)
      // A broken connection makes PQisBusy 0 and comes out as a result with an error.
      if !consume(connection) { break }
    }
    return PQgetResult(connection)
  }

  /// Reads the rest of a COPY that nobody wants.
  func discardCopyOut(_ connection: OpaquePointer, _ control: JobControl) throws {
    while true {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(connection, &row, 1)
      if length > 0 {
        PQfreemem(row)
      } else if length == 0 {
        _ = try wait(Int16(POLLIN), control)
        if !consume(connection) { return }
      } else {
        return
      }
    }
  }

  func deliverNotifications(_ connection: OpaquePointer) {
    while let notify = PQnotifies(connection) {
      let notification = PostgresNotification(
        channel: String(cString: notify.pointee.relname), payload: notify.pointee.extra.map { String(cString: $0) } ?? "",
        backendPID: Int(notify.pointee.be_pid))
      PQfreemem(notify)
      for sink in listeners[notification.channel] ?? [] where !sink.deliver(notification) {
        logger.warning("a notification is lost: its listener does not read", metadata: ["channel": "\(notification.channel)"])
      }
    }
  }
}
