internal import CLibPQ

extension Session {
  /// Sends START_REPLICATION and waits for the server to switch to copying both ways.
  func startStreaming(_ command: String, _ control: JobControl) throws {
    let connection = try ready(control)
    guard PQsendQuery(connection, command) == 1 else { throw failure(control) }
    try flush(connection, control)
    guard let result = try nextResult(connection, control) else { throw failure(control) }
    if PQresultStatus(result) == PGRES_COPY_BOTH {
      PQclear(result)
      state.isStreaming = true
      _ = finishCancel()
      return
    }
    let error = PostgresError(result: result, operation: .replication)
    PQclear(result)
    while let rest = try nextResult(connection, control) {
      PQclear(rest)
      if PQstatus(connection) == CONNECTION_BAD { break }
    }
    try endOfWork(error: error, control)
  }

  /// The stream is over; the connection is of no use after it.
  func endStreaming() {
    close()
    state.isStreaming = false
  }
}
