internal import Synchronization

extension Connection {
  /// Reads a large result in portions of `count` rows, within an open transaction: an `AsyncSequence` of ``Rows``.
  ///
  /// The next portion is only asked for when the reader wants it. The cursor is gone with its transaction.
  public func cursor(_ query: Query, fetching count: Int = 1000) -> Cursor {
    Cursor(connection: self, query: query, count: Swift.max(1, count))
  }
}

/// A large result, portion by portion.
public struct Cursor: AsyncSequence, Sendable {
  /// One portion.
  public typealias Element = Rows
  /// ``PostgresError`` or `CancellationError`.
  public typealias Failure = any Error

  let connection: Connection
  let query: Query
  let count: Int

  /// A second iterator runs the query again.
  public func makeAsyncIterator() -> Iterator {
    Iterator(cursor: self)
  }

  /// Reads the portions in order.
  public struct Iterator: AsyncIteratorProtocol {
    private static let lastNumber = Atomic<Int>(0)

    private let cursor: Cursor
    private let name: String
    private var isDeclared = false
    private var hasEnded = false

    init(cursor: Cursor) {
      self.cursor = cursor
      name = "sluice_\(Self.lastNumber.wrappingAdd(1, ordering: .relaxed).newValue)"
    }

    /// The next portion; nil after the last.
    public mutating func next() async throws -> Rows? {
      if hasEnded { return nil }
      if !isDeclared {
        try await cursor.connection.execute("DECLARE \(identifier: name) NO SCROLL CURSOR FOR \(cursor.query)")
        isDeclared = true
      }
      let rows = try await cursor.connection.query("FETCH \(unescaped: String(cursor.count)) FROM \(identifier: name)")
      if rows.count < cursor.count {
        hasEnded = true
        try await cursor.connection.execute("CLOSE \(identifier: name)")
      }
      return rows.isEmpty ? nil : rows
    }
  }
}
