internal import CLibPQ
internal import Logging

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// The streaming half of the replication protocol, on the connection's thread: reads WAL into batches and reports positions on time, whether or not
/// anybody takes the batches.
///
/// Source: PostgreSQL documentation, "Streaming Replication Protocol".
struct StreamLoop {
  private let session: Session
  private let buffer: StreamBuffer
  private let options: StreamOptions
  private let control: JobControl
  private var batch = WALBatch()
  /// The highest position received: what status updates call written.
  private var received: LSN
  private var replyIsDue = false
  private var nextStatus: ContinuousClock.Instant
  private var capacity = 16_384
  private var lastHandOver: ContinuousClock.Instant = .now
  /// Until when a batch that is still small waits for more; nil where it does not.
  private var lingerEnd: ContinuousClock.Instant?
  /// The longest that a message waits for others, while they come thick and fast. To wake the receiver for a few messages each time costs more
  /// than to read them.
  private static let linger: Duration = .milliseconds(1)
  private static let lingerBytes = 64 << 10
  private static let keepaliveLinger: Duration = .milliseconds(20)

  init(session: Session, buffer: StreamBuffer, options: StreamOptions, start: LSN, control: JobControl) {
    self.session = session
    self.buffer = buffer
    self.options = options
    self.control = control
    received = start
    nextStatus = .now.advanced(by: options.statusInterval)
  }

  /// Runs until the server ends the stream, the connection breaks, or the owner closes, and says which.
  mutating func run() -> Result<Void, any Error> {
    defer { handOver() }
    do {
      try stream()
      return .success(())
    } catch {
      // A broken connection that the owner wanted closed is no news.
      return buffer.isClosing ? .success(()) : .failure(error)
    }
  }

  private enum Reading {
    /// libpq has no whole message now.
    case drained
    /// The batch is full.
    case full
    /// The server ended the stream.
    case ended
  }

  private mutating func stream() throws {
    while true {
      let connection = try session.open(control)
      if buffer.isClosing { return try finish(connection) }
      let hasRoom = buffer.hasRoom
      if hasRoom {
        switch try readMessages(connection) {
        case .ended: return try endedByServer(connection)
        case .full:
          handOver()
          if replyIsDue || ContinuousClock.now >= nextStatus { try sendStatus(connection) }
          continue
        case .drained:
          if isWorthWaiting {
            try sleep(connection, watchesSocket: true, until: lingerEnd)
            continue
          }
          handOver()
        }
      }
      if replyIsDue || ContinuousClock.now >= nextStatus { try sendStatus(connection) }
      try sleep(connection, watchesSocket: hasRoom)
    }
  }

  /// A busy stream's batch is small, and did not wait yet as long as it may. After a pause the first message goes at once.
  ///
  /// A keepalive without a message waits longer: the server sends one after each commit that holds nothing for this stream.
  private var isWorthWaiting: Bool {
    mutating get {
      guard !batch.isEmpty, batch.bytes.count < min(Self.lingerBytes, options.maxBatchBytes) else { return false }
      let isIdle = batch.messages.isEmpty
      let now = ContinuousClock.now
      if isIdle, replyIsDue || now >= nextStatus { return false }
      if let lingerEnd { return now < lingerEnd }
      let linger = isIdle ? Self.keepaliveLinger : Self.linger
      guard now - lastHandOver < linger else { return false }
      lingerEnd = now + linger
      return true
    }
  }

  private func sleep(_ connection: OpaquePointer, watchesSocket: Bool, until limit: ContinuousClock.Instant? = nil) throws {
    let pending = PQflush(connection)
    if pending < 0 { throw session.failure(control) }
    // While the receiver has enough to do, the socket is left alone: the server's sending then stops by itself, and memory stays bounded.
    // Only a status update that does not fit into the socket still watches it.
    let events = (watchesSocket ? Int16(POLLIN) : 0) | (pending == 1 ? Int16(POLLOUT) : 0)
    _ = session.poll(socket: events == 0 ? -1 : PQsocket(connection), events: events, until: min(nextStatus, limit ?? nextStatus))
  }

  // MARK: Reading

  private mutating func readMessages(_ connection: OpaquePointer) throws -> Reading {
    var hasConsumed = false
    while true {
      var message: UnsafeMutablePointer<CChar>?
      let length = PQgetCopyData(connection, &message, 1)
      if length > 0, let message {
        defer { PQfreemem(message) }
        hasConsumed = false
        try take(UnsafeRawBufferPointer(start: message, count: Int(length)))
        if batch.messages.count >= options.maxBatchMessages || batch.bytes.count >= options.maxBatchBytes { return .full }
      } else if length == 0 {
        // What stands in the kernel's buffer is read at once: larger batches, fewer polls.
        if hasConsumed { return .drained }
        guard session.consume(connection) else { throw session.failure(control) }
        hasConsumed = true
      } else if length == -1 {
        return .ended
      } else {
        throw session.failure(control)
      }
    }
  }

  private mutating func take(_ message: UnsafeRawBufferPointer) throws {
    switch message[0] {
    case UInt8(ascii: "w") where message.count >= 25:
      let start = LSN(rawValue: BigEndian.read(message, at: 1, as: UInt64.self))
      let end = LSN(rawValue: BigEndian.read(message, at: 9, as: UInt64.self))
      let time = BigEndian.read(message, at: 17, as: Int64.self)
      if batch.messages.isEmpty, batch.bytes.capacity == 0 { batch.bytes.reserveCapacity(capacity) }
      // What waited was a keepalive.
      if batch.messages.isEmpty { lingerEnd = nil }
      let offset = batch.bytes.count
      batch.bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: message[25...]))
      batch.messages.append(WALMessage(walStart: start, serverWALEnd: end, serverTime: time, range: offset..<batch.bytes.count))
      note(end: end, time: time)
      if start > received { received = start }
      batch.keepalive = nil
    case UInt8(ascii: "k") where message.count >= 18:
      let end = LSN(rawValue: BigEndian.read(message, at: 1, as: UInt64.self))
      note(end: end, time: BigEndian.read(message, at: 9, as: Int64.self))
      if end > received { received = end }
      batch.keepalive = end
      if message[17] == 1 { replyIsDue = true }
    default:
      session.close()
      throw PostgresError.connection(
        "the replication stream holds a message of the unknown kind \(message[0]) or of a wrong length (\(message.count))",
        operation: .replication)
    }
  }

  private mutating func note(end: LSN, time: Int64) {
    if end > batch.serverWALEnd { batch.serverWALEnd = end }
    batch.serverTime = time
  }

  private mutating func handOver() {
    guard !batch.isEmpty else { return }
    lingerEnd = nil
    lastHandOver = .now
    var full = WALBatch()
    swap(&full, &batch)
    batch.serverWALEnd = full.serverWALEnd
    // The next batch is likely of the same size; a rare large one does not make all later ones large.
    capacity = min(max(16_384, (capacity + full.bytes.count) / 2), options.maxBatchBytes)
    buffer.put(full)
  }

  // MARK: Reporting

  /// Written: what was received. Flushed and applied: what the receiver confirmed.
  private mutating func sendStatus(_ connection: OpaquePointer) throws {
    let flushed = buffer.confirmedLSN
    var message: [UInt8] = [UInt8(ascii: "r")]
    message.reserveCapacity(34)
    BigEndian.append(max(received, flushed).rawValue, to: &message)
    BigEndian.append(flushed.rawValue, to: &message)
    BigEndian.append(flushed.rawValue, to: &message)
    BigEndian.append(Self.now(), to: &message)
    message.append(0)
    let accepted = message.withUnsafeBytes { bytes in
      PQputCopyData(connection, bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(bytes.count))
    }
    // 0: libpq has no room while the socket takes nothing; the poll for writing comes back here.
    if accepted < 0 { throw session.failure(control) }
    if accepted == 1 {
      replyIsDue = false
      nextStatus = .now.advanced(by: options.statusInterval)
    } else {
      nextStatus = .now.advanced(by: .milliseconds(50))
    }
    if PQflush(connection) < 0 { throw session.failure(control) }
  }

  /// Microseconds since 2000-01-01 UTC.
  private static func now() -> Int64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return (Int64(time.tv_sec) - TimestampText.postgresEpoch) * 1_000_000 + Int64(time.tv_nsec) / 1000
  }

  // MARK: The end

  /// The owner wants no more: the last position is reported, and the server gets a moment to take it.
  private mutating func finish(_ connection: OpaquePointer) throws {
    batch = WALBatch()
    try sendStatus(connection)
    guard PQputCopyEnd(connection, nil) >= 0 else { throw session.failure(control) }
    let giveUp = ContinuousClock.now.advanced(by: .seconds(2))
    var hasEnded = false
    while ContinuousClock.now < giveUp {
      let pending = PQflush(connection)
      if pending < 0 { return }
      if !hasEnded {
        var message: UnsafeMutablePointer<CChar>?
        let length = PQgetCopyData(connection, &message, 1)
        if length > 0 {
          PQfreemem(message)
          continue
        }
        hasEnded = length < 0
      }
      // The server lets go of the slot before it sends the last result: whoever waits for the close can use or drop the slot at once.
      if hasEnded, PQisBusy(connection) == 0 {
        guard let result = PQgetResult(connection) else { return }
        PQclear(result)
        continue
      }
      _ = session.poll(socket: PQsocket(connection), events: Int16(POLLIN) | (pending == 1 ? Int16(POLLOUT) : 0), until: giveUp)
      if !session.consume(connection) { return }
    }
  }

  private func endedByServer(_ connection: OpaquePointer) throws {
    let giveUp = ContinuousClock.now.advanced(by: .seconds(2))
    while let result = nextResult(connection, until: giveUp) {
      let status = PQresultStatus(result)
      defer { PQclear(result) }
      switch status {
      case PGRES_COMMAND_OK, PGRES_TUPLES_OK: continue
      // The server has ended its half of the stream: ours is ended in turn, which lets the results follow.
      case PGRES_COPY_IN, PGRES_COPY_BOTH:
        if PQputCopyEnd(connection, nil) < 0 { return }
        _ = PQflush(connection)
      default:
        throw PostgresError(result: result, operation: .replication)
      }
    }
  }

  /// Nil after the last, and when it does not come in time.
  private func nextResult(_ connection: OpaquePointer, until giveUp: ContinuousClock.Instant) -> OpaquePointer? {
    while PQisBusy(connection) == 1 {
      guard ContinuousClock.now < giveUp else { return nil }
      _ = session.poll(socket: PQsocket(connection), events: Int16(POLLIN), until: giveUp)
      // A broken connection makes PQisBusy 0 and comes out as a result with an error.
      if !session.consume(connection) { break }
    }
    return PQgetResult(connection)
  }
}
