internal import CLibPQ
internal import Logging

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// One `PGconn` in non-blocking mode. Lives on its connection's thread and is touched by nobody else.
///
/// Every wait goes through ``wait(_:_:)``, which watches the socket, the wake pipe (cancellation from outside) and the deadline at once.
final class Session {
  let configuration: ConnectionConfiguration
  var logger: Logger
  let wakePipe: WakePipe
  let state: SessionState
  private let notices: NoticeReceiver
  /// Nil before connect and after close.
  private(set) var connection: OpaquePointer?
  private var runningCancel: RunningCancel?
  /// Who hears what on which channel.
  var listeners: [String: [NotificationSink]] = [:]
  /// A COPY whose data is still going to or coming from the server.
  var copyInProgress = false
  /// What the server keeps for this connection.
  var prepared = PreparedStatements()

  init(
    configuration: ConnectionConfiguration, logger: Logger, wakePipe: WakePipe, state: SessionState, onNotice: (@Sendable (Notice) -> Void)?
  ) {
    self.configuration = configuration
    self.logger = logger
    self.wakePipe = wakePipe
    self.state = state
    notices = NoticeReceiver(logger: logger, handler: onNotice)
  }

  deinit {
    close()
  }

  // MARK: Opening and closing

  func connect(replication: Bool, _ control: JobControl) throws {
    close()
    let parameters = configuration.libpqParameters(replication: replication)
    let opened = withCStrings(parameters.map(\.0)) { keywords in
      withCStrings(parameters.map(\.1)) { values in PQconnectStartParams(keywords, values, 0) }
    }
    guard let opened else {
      throw PostgresError.connection("no memory for a connection", operation: .connect)
    }
    connection = opened
    notices.attach(to: opened)
    do {
      var status = PQstatus(opened) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING
      while status != PGRES_POLLING_OK {
        switch status {
        case PGRES_POLLING_READING: try waitForConnect(Int16(POLLIN), opened, control)
        case PGRES_POLLING_WRITING: try waitForConnect(Int16(POLLOUT), opened, control)
        default: throw connectError(opened)
        }
        status = PQconnectPoll(opened)
      }
    } catch {
      close()
      throw error
    }
    PQsetnonblocking(opened, 1)
    state.serverVersion = Int(PQserverVersion(opened))
    state.backendPID = Int(PQbackendPID(opened))
    publish()
    state.isOpen = true
  }

  private func waitForConnect(_ events: Int16, _ opened: OpaquePointer, _ control: JobControl) throws {
    while true {
      if control.isCancelled { throw CancellationError() }
      if control.isPastDeadline {
        throw PostgresError(
          origin: .connection, operation: .connect, severity: "FATAL",
          message: "no connection to \(configuration) within \(configuration.connectTimeout); is the server there and reachable?")
      }
      let ready = poll(socket: PQsocket(opened), events: events, until: control.deadline)
      if ready != 0 { return }
    }
  }

  private func connectError(_ opened: OpaquePointer) -> PostgresError {
    // libpq tells no SQLSTATE for a refused login, only the text: the server's own words follow "FATAL:".
    let text = errorMessage(of: opened)
    var error = PostgresError.connection("cannot connect to \(configuration): \(text)", operation: .connect)
    error.sqlState = ConnectFailure.sqlState(of: text, needsPassword: PQconnectionNeedsPassword(opened) == 1)
    return error
  }

  func close() {
    guard let open = connection else { return }
    PQfinish(open)
    connection = nil
    copyInProgress = false
    prepared.connectionEnded()
    state.isOpen = false
    state.transactionStatus = 4
    let lost = PostgresError.closed(operation: .listen)
    for sink in listeners.values.joined() { sink.finish(throwing: lost) }
    listeners = [:]
  }

  /// The connection, or an error when there is none.
  func open(_ control: JobControl) throws -> OpaquePointer {
    guard let connection else { throw PostgresError.closed(operation: control.operation) }
    return connection
  }

  /// Tells the others what is known after a piece of work, and closes what is broken.
  func publish() {
    guard let connection else { return }
    if PQstatus(connection) == CONNECTION_BAD {
      close()
    } else {
      state.transactionStatus = Int(PQtransactionStatus(connection).rawValue)
    }
  }

  func errorMessage(of connection: OpaquePointer) -> String {
    let text = PQerrorMessage(connection).map { String(cString: $0) } ?? ""
    // One line: libpq puts each attempted address on a line of its own.
    return text.split(separator: "\n").map { $0.drop { $0 == " " || $0 == "\t" } }.joined(separator: "; ")
  }

  /// The error of a call that failed without a result; the connection is given up when it is broken.
  func failure(_ control: JobControl) -> PostgresError {
    guard let connection else { return PostgresError.closed(operation: control.operation) }
    let text = errorMessage(of: connection)
    if PQstatus(connection) == CONNECTION_BAD {
      close()
      return PostgresError.connection(text.isEmpty ? "the connection is broken" : text, operation: control.operation)
    }
    return PostgresError.misuse(text.isEmpty ? "libpq refused the call" : text, operation: control.operation)
  }

  // MARK: Waiting

  /// Sleeps until there is work, a notification, or the end of the connection.
  func idle() {
    guard let connection else {
      _ = poll(socket: -1, events: 0, until: nil)
      return
    }
    // Between two pieces of a COPY the socket is left alone: what is not asked for must wait with the server, not in libpq's memory.
    guard !copyInProgress else {
      _ = poll(socket: -1, events: 0, until: nil)
      return
    }
    guard poll(socket: PQsocket(connection), events: Int16(POLLIN), until: nil) != 0 else { return }
    if consume(connection) {
      deliverNotifications(connection)
    } else {
      logger.debug("the server closed an idle connection", metadata: ["reason": "\(errorMessage(of: connection))"])
      close()
    }
  }

  /// Waits for the socket. On cancellation or at the deadline the query is cancelled on the server, and waiting goes on for its answer.
  func wait(_ events: Int16, _ control: JobControl) throws -> Int16 {
    while true {
      let connection = try open(control)
      if runningCancel == nil {
        if control.isCancelled {
          startCancel(connection, .task)
        } else if control.isCancelRequested {
          startCancel(connection, .asked)
        } else if control.isPastDeadline {
          if control.atDeadline == .abandon {
            close()
            throw PostgresError(origin: .deadline, operation: control.operation, message: "no answer before the deadline")
          }
          startCancel(connection, .deadline)
        }
      }
      if let cancel = runningCancel, ContinuousClock.now >= cancel.giveUp {
        close()
        runningCancel = nil
        throw PostgresError.connection(
          "the server did not answer a cancelled query; the connection is given up", operation: control.operation)
      }
      let ready = poll(socket: PQsocket(connection), events: events, until: runningCancel?.giveUp ?? control.deadline)
      if ready != 0 { return ready }
    }
  }

  /// The events of the socket; 0 when the thread was woken, a signal came, or time is up. A negative socket is not watched.
  func poll(socket: Int32, events: Int16, until: ContinuousClock.Instant?) -> Int16 {
    let limit = Self.milliseconds(until: until)
    // On the stack: this is called for every few messages of a stream.
    return withUnsafeTemporaryAllocation(of: pollfd.self, capacity: 2) { descriptors in
      descriptors.initializeElement(at: 0, to: pollfd(fd: wakePipe.readEnd, events: Int16(POLLIN), revents: 0))
      descriptors.initializeElement(at: 1, to: pollfd(fd: socket, events: events, revents: 0))
      guard systemPoll(descriptors.baseAddress, 2, limit) > 0 else { return 0 }
      if descriptors[0].revents != 0 { wakePipe.drain() }
      return descriptors[1].revents
    }
  }

  private static func milliseconds(until: ContinuousClock.Instant?) -> Int32 {
    guard let until else { return -1 }
    let (seconds, attoseconds) = ContinuousClock.now.duration(to: until).components
    if seconds < 0 || attoseconds < 0 { return 0 }
    // Rounded up: a wait that ends a moment before its deadline would only be done again.
    return Int32(min(seconds, 1_000_000) * 1000 + attoseconds / 1_000_000_000_000_000 + 1)
  }

  /// Reads what the socket has. False when the connection is broken.
  func consume(_ connection: OpaquePointer) -> Bool {
    guard PQconsumeInput(connection) == 1 else { return false }
    if PQsslInUse(connection) == 1 {
      // One call reads at most what is left of libpq's buffer; the rest of a TLS record (16 kB) then waits in OpenSSL, where poll cannot see it.
      for _ in 0..<3 where PQconsumeInput(connection) != 1 { return false }
    }
    return true
  }

  /// Sends what libpq has buffered, and reads meanwhile: a server that cannot send stops reading, too.
  func flush(_ connection: OpaquePointer, _ control: JobControl) throws {
    while true {
      let result = PQflush(connection)
      if result == 0 { return }
      if result < 0 { throw failure(control) }
      let ready = try wait(Int16(POLLIN) | Int16(POLLOUT), control)
      if ready & Int16(POLLIN) != 0, !consume(connection) { throw failure(control) }
    }
  }

  // MARK: Cancelling

  private func startCancel(_ connection: OpaquePointer, _ reason: RunningCancel.Reason) {
    runningCancel = RunningCancel(
      connection, reason: reason, giveUp: ContinuousClock.now.advanced(by: configuration.cancelTimeout), wakePipe: wakePipe, logger: logger)
  }

  /// After the last answer: waits until no cancel request can hit the next query, and says why the query was cancelled.
  func finishCancel() -> RunningCancel.Reason? {
    guard let cancel = runningCancel else { return nil }
    runningCancel = nil
    while !cancel.isDone {
      guard ContinuousClock.now < cancel.giveUp else {
        // The request is still under way and could hit whatever comes next: nothing may come next on this connection.
        close()
        break
      }
      _ = poll(socket: -1, events: 0, until: cancel.giveUp)
    }
    return cancel.reason
  }
}

private func systemPoll(_ descriptors: UnsafeMutablePointer<pollfd>?, _ count: Int, _ timeout: Int32) -> Int32 {
  poll(descriptors, nfds_t(count), timeout)
}

/// Calls with a NULL-terminated array of C strings.
func withCStrings<Result>(_ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result) -> Result {
  let copies = strings.map { strdup($0) }
  defer { copies.forEach { free($0) } }
  let pointers = copies.map { UnsafePointer($0) } + [nil]
  return pointers.withUnsafeBufferPointer { buffer in
    // The array has at least the terminating NULL, so there is an address.
    buffer.withMemoryRebound(to: UnsafePointer<CChar>?.self) { rebound in
      guard let base = rebound.baseAddress else { preconditionFailure("an array with elements has an address") }
      return body(base)
    }
  }
}
