internal import CLibPQ

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// COPY in pieces: between two calls the connection stays in COPY, and takes nothing else.
extension Session {
  enum CopyDirection {
    case into
    case out
  }

  func startCopy(_ query: Query, _ direction: CopyDirection, _ control: JobControl) throws {
    let connection = try ready(control)
    guard query.binds.isEmpty else {
      throw PostgresError.misuse("COPY takes no binds; use \\(literal:) and \\(identifier:)", operation: .copy)
    }
    try validate(query, control)
    guard PQsendQuery(connection, query.sql) == 1 else { throw failure(control) }
    try flush(connection, control)
    guard let result = try nextResult(connection, control) else { throw failure(control) }
    let status = PQresultStatus(result)
    switch (status, direction) {
    case (PGRES_COPY_IN, .into), (PGRES_COPY_OUT, .out):
      PQclear(result)
      copyInProgress = true
    case (PGRES_COPY_IN, .out), (PGRES_COPY_OUT, .into):
      PQclear(result)
      copyInProgress = true
      if direction == .out {
        _ = try finishCopyIn(failure: "the other direction was expected", control)
      } else {
        try abandonCopyOut(control)
      }
      throw PostgresError.misuse(direction == .into ? "copyIn needs COPY … FROM STDIN" : "copyOut needs COPY … TO STDOUT", operation: .copy)
    case (PGRES_FATAL_ERROR, _):
      let error = PostgresError(result: result, operation: control.operation)
      PQclear(result)
      _ = try drainResults(connection, control)
      try endOfWork(error: error, control)
    default:
      PQclear(result)
      _ = try drainResults(connection, control)
      try endOfWork(error: .misuse("the statement is no COPY", operation: .copy), control)
    }
  }

  /// Sends a piece; returns when the socket has taken it.
  func putCopy(_ bytes: [UInt8], _ control: JobControl) throws {
    let connection = try open(control)
    guard copyInProgress else { throw PostgresError.misuse("no COPY is in progress", operation: .copy) }
    // PQputCopyData takes an Int32; pieces far below that keep libpq's buffer small.
    let pieceSize = 1 << 20
    var offset = 0
    while offset < bytes.count {
      let length = min(pieceSize, bytes.count - offset)
      let accepted = bytes.withUnsafeBytes { buffer in
        PQputCopyData(connection, buffer.baseAddress.map { ($0 + offset).assumingMemoryBound(to: CChar.self) }, Int32(length))
      }
      switch accepted {
      case 1: offset += length
      case 0: break
      default: throw failure(control)
      }
      try flush(connection, control)
      if control.isCancelled {
        _ = finishCancel()
        throw CancellationError()
      }
    }
  }

  /// Ends COPY FROM and gives the number of rows; with a failure text the server undoes it.
  func finishCopyIn(failure text: String?, _ control: JobControl) throws -> Int {
    let connection = try open(control)
    guard copyInProgress else { return 0 }
    var accepted = PQputCopyEnd(connection, text)
    while accepted == 0 {
      try flush(connection, control)
      accepted = PQputCopyEnd(connection, text)
    }
    if accepted < 0 { throw failure(control) }
    try flush(connection, control)
    let (rows, error) = try drainResults(connection, control)
    copyInProgress = false
    // An error that we asked for is not news.
    try endOfWork(error: text == nil ? error : nil, control)
    return rows
  }

  /// The next rows of COPY TO, nil after the last. Waits for the first, then takes what comes without a pause, up to `limit` bytes.
  func readCopy(limit: Int, _ control: JobControl) throws -> [UInt8]? {
    let connection = try open(control)
    guard copyInProgress else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(limit)
    while true {
      var row: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(connection, &row, 1)
      if length > 0 {
        bytes.append(contentsOf: UnsafeRawBufferPointer(start: row, count: Int(length)))
        PQfreemem(row)
        if bytes.count >= limit { return bytes }
      } else if length == 0 {
        if bytes.isEmpty {
          _ = try wait(Int16(POLLIN), control)
        } else if poll(socket: PQsocket(connection), events: Int16(POLLIN), until: .now.advanced(by: .milliseconds(10))) == 0 {
          return bytes
        }
        if !consume(connection) { throw failure(control) }
      } else {
        let (_, error) = try drainResults(connection, control)
        copyInProgress = false
        try endOfWork(error: error, control)
        return bytes.isEmpty ? nil : bytes
      }
    }
  }

  /// The reader went away before the end.
  func abandonCopyOut(_ control: JobControl) throws {
    guard copyInProgress, let connection else { return }
    control.cancel()
    try discardCopyOut(connection, control)
    _ = try drainResults(connection, control)
    copyInProgress = false
    _ = finishCancel()
    publish()
  }

  private func drainResults(_ connection: OpaquePointer, _ control: JobControl) throws -> (rows: Int, error: PostgresError?) {
    var rows = 0
    var firstError: PostgresError?
    while let result = try nextResult(connection, control) {
      let status = PQresultStatus(result)
      if status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK {
        rows = ResultHandle(adopting: result).affectedRows
      } else {
        firstError = firstError ?? PostgresError(result: result, operation: control.operation)
        PQclear(result)
      }
      if PQstatus(connection) == CONNECTION_BAD { break }
    }
    return (rows, firstError)
  }
}
