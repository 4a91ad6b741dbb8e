internal import Synchronization

/// Takes the data of a `COPY … FROM STDIN` within ``Connection/copyIn(_:isolation:_:)``.
///
/// Data is gathered to pieces of 64 kB; a call suspends while the server does not take them.
public final class CopyWriter: Sendable {
  private struct State {
    var buffer: [UInt8] = []
    var isFinished = false
  }

  private let connection: Connection
  private let state = Mutex(State())
  private static let pieceSize = 65_536

  init(connection: Connection) {
    self.connection = connection
  }

  /// Appends bytes in the format of the COPY; rows need not be whole.
  public func write(_ bytes: [UInt8]) async throws {
    let piece = try state.withLock { state in
      state.buffer.append(contentsOf: bytes)
      return try Self.takePiece(&state)
    }
    if let piece { try await send(piece) }
  }

  /// Appends a row in text format (the default of COPY): the fields in the text form of their types, nil for NULL.
  public func write(row fields: [String?]) async throws {
    let piece = try state.withLock { state in
      CopyText.append(row: fields, to: &state.buffer)
      return try Self.takePiece(&state)
    }
    if let piece { try await send(piece) }
  }

  /// What is left in the buffer goes out; no writing after this.
  func finish() async throws {
    let rest = state.withLock { state in
      state.isFinished = true
      defer { state.buffer = [] }
      return state.buffer
    }
    if !rest.isEmpty { try await send(rest) }
  }

  private static func takePiece(_ state: inout State) throws -> [UInt8]? {
    if state.isFinished { throw PostgresError.misuse("the COPY has ended", operation: .copy) }
    guard state.buffer.count >= pieceSize else { return nil }
    let piece = state.buffer
    state.buffer = []
    state.buffer.reserveCapacity(pieceSize + 4096)
    return piece
  }

  private func send(_ piece: [UInt8]) async throws {
    try await connection.thread.perform(.copy, timeout: connection.configuration.queryTimeout) { session, control in
      try session.putCopy(piece, control)
    }
  }
}
