/// Sends the statement, reads on demand, and cleans up when it is dropped before the end.
final class CopyReader {
  private enum Phase {
    case before
    case reading
    case ended
  }

  private let connection: Connection
  private let query: Query
  private let chunkSize: Int
  private var phase = Phase.before

  init(connection: Connection, query: Query, chunkSize: Int) {
    self.connection = connection
    self.query = query
    self.chunkSize = chunkSize
  }

  deinit {
    if phase == .reading {
      let thread = connection.thread
      let limit = connection.configuration.cancelTimeout
      thread.post(.copy, timeout: limit) { session, control in
        do { try session.abandonCopyOut(control) } catch { session.close() }
      }
    }
  }

  func next() async throws -> [UInt8]? {
    let timeout = connection.configuration.queryTimeout
    if phase == .before {
      phase = .ended
      try await connection.thread.perform(.copy, timeout: timeout) { [query] session, control in
        try session.startCopy(query, .out, control)
      }
      phase = .reading
    }
    guard phase == .reading else { return nil }
    // After an error of the server the session has left COPY by itself, and the abandoning in `deinit` finds nothing to do.
    let chunk = try await connection.thread.perform(.copy, timeout: timeout) { [chunkSize] session, control in
      try session.readCopy(limit: chunkSize, control)
    }
    if chunk == nil { phase = .ended }
    return chunk
  }
}
