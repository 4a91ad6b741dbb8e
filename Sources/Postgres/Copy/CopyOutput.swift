/// The data of a `COPY … TO STDOUT`, in chunks of whole rows of about 64 kB: an `AsyncSequence` of byte arrays.
///
/// The statement is sent with the first `next()`. The server waits while the reader does: nothing is read ahead. A reader that leaves early has the
/// statement cancelled; the connection can be used again.
public struct CopyOutput: AsyncSequence, Sendable {
  /// Whole rows in the format of the COPY.
  public typealias Element = [UInt8]
  /// ``PostgresError`` or `CancellationError`.
  public typealias Failure = any Error

  let connection: Connection
  let query: Query
  let chunkSize: Int

  /// One reader: a second one runs the statement again.
  public func makeAsyncIterator() -> Iterator {
    Iterator(reader: CopyReader(connection: connection, query: query, chunkSize: chunkSize))
  }

  /// Reads the chunks in order.
  public struct Iterator: AsyncIteratorProtocol {
    private let reader: CopyReader

    init(reader: CopyReader) {
      self.reader = reader
    }

    /// The next whole rows; nil after the last.
    /// - Throws: ``PostgresError``, or `CancellationError`.
    public mutating func next() async throws -> [UInt8]? {
      try await reader.next()
    }
  }
}
