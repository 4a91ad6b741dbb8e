extension Connection {
  /// Runs `COPY … FROM STDIN`; `body` writes the data. Gives the number of rows.
  ///
  /// When `body` throws, nothing is stored and its error is thrown on. An error in the data is reported when the data has ended, as the server does.
  /// The configuration's `queryTimeout` is for each piece of data, not for the whole.
  @discardableResult
  public func copyIn(
    _ query: Query, isolation: isolated (any Actor)? = #isolation, _ body: (CopyWriter) async throws -> Void
  ) async throws -> Int {
    let timeout = configuration.queryTimeout
    try await thread.perform(.copy, timeout: timeout) { session, control in
      try session.startCopy(query, .into, control)
    }
    let writer = CopyWriter(connection: self)
    do {
      try await body(writer)
      try await writer.finish()
    } catch {
      if isOpen {
        do {
          _ = try await thread.perform(.copy, timeout: configuration.cancelTimeout, isCancellable: false, atDeadline: .abandon) {
            session, control in
            try session.finishCopyIn(failure: "the client gave up", control)
          }
        } catch {
          logger.debug("the end of a COPY was not answered", metadata: ["reason": "\(String(reflecting: error))"])
        }
      }
      throw error
    }
    return try await thread.perform(.copy, timeout: timeout) { session, control in
      try session.finishCopyIn(failure: nil, control)
    }
  }

  /// Runs `COPY … TO STDOUT` and gives its data in chunks of whole rows; ``CopyText/forEachRow(in:_:)`` takes the text format apart.
  public func copyOut(_ query: Query, chunkSize: Int = 65_536) -> CopyOutput {
    CopyOutput(connection: self, query: query, chunkSize: Swift.max(1, chunkSize))
  }
}
