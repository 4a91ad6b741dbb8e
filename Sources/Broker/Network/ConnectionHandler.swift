internal import Logging
internal import NIOCore

/// One client's connection: cuts the bytes into requests, hands them on one at a time, and writes the answers in order.
///
/// As Kafka's network threads do, it takes the next request only after the answer to the last one has been written to the
/// socket: pipelined requests are answered in order, and a client that does not read its answers costs the memory of one.
/// What a client may send ahead meanwhile is bounded by not reading from the socket.
final class ConnectionHandler: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundIn = Never
  typealias OutboundOut = ByteBuffer

  /// What is read ahead while a request is at work.
  private static let readAhead = 64 * 1024

  private let id: Int
  private let router: ApiRouter
  private let connections: ConnectionTable
  private let logger: Logger
  private var inbox = ByteBuffer()
  private var context: ChannelHandlerContext?
  private var clientHost = "/unknown"
  private var peer = "unknown"
  private var isBusy = false
  /// ``takeRequests()`` runs: an answer that is given at once must not call it again, or a thousand small requests would fill the stack.
  private var isTaking = false
  /// An answer is on its way to the socket, at the pace at which the client reads.
  private var isWriting = false
  private var wantsRead = false
  private var isClosed = false
  /// When bytes came or an answer was written, milliseconds.
  private(set) var lastActivity: Int64

  init(id: Int, router: ApiRouter, connections: ConnectionTable, logger: Logger) {
    self.id = id
    self.router = router
    self.connections = connections
    self.logger = logger
    lastActivity = connections.now
  }

  // MARK: Channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    clientHost = "/" + (context.remoteAddress?.ipAddress ?? "unknown")
    peer = context.remoteAddress.map { "\($0.ipAddress ?? "?"):\($0.port ?? 0)" } ?? "unknown"
    connections.opened(id, self)
  }

  func channelInactive(context: ChannelHandlerContext) {
    ended()
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) { ended() }

  private func ended() {
    guard !isClosed else { return }
    isClosed = true
    connections.received(bytes: -inbox.readableBytes)
    inbox = ByteBuffer()
    context = nil
    connections.closed(id)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosed else { return }
    var bytes = unwrapInboundIn(data)
    lastActivity = connections.now
    connections.received(bytes: bytes.readableBytes)
    if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
    takeRequests()
  }

  func read(context: ChannelHandlerContext) {
    if isBusy, inbox.readableBytes >= Self.readAhead {
      wantsRead = true
    } else {
      context.read()
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    logger.debug("a connection failed", metadata: ["client": "\(peer)", "error": "\(error)"])
    close()
  }

  /// Closes it; requests at work are answered to nobody.
  func close() { context?.close(promise: nil) }

  /// A connection that has a request at work is not idle, however long that takes; one that does not read its answer is.
  var isIdle: Bool { !isBusy || isWriting }

  // MARK: Requests

  private func takeRequests() {
    guard !isTaking else { return }
    isTaking = true
    defer { isTaking = false }
    while !isBusy, !isClosed, let size = inbox.getInteger(at: inbox.readerIndex, as: Int32.self) {
      guard size > 0, Int(size) <= router.maxRequestBytes else {
        return refuse("a request of \(size) bytes; the limit is \(router.maxRequestBytes) (socket.request.max.bytes)")
      }
      guard inbox.readableBytes >= 4 + Int(size) else {
        guard connections.hasMemory(for: inbox.readableBytes) else {
          return refuse("the first \(inbox.readableBytes) of \(size) bytes; unfinished requests fill the memory there is for them")
        }
        return
      }
      inbox.moveReaderIndex(forwardBy: 4)
      guard let frame = inbox.readSlice(length: Int(size)) else { return }
      // Without this the frame's storage would be shared, and the log would have to copy it to write offsets into it.
      if inbox.readableBytes == 0 { inbox = ByteBuffer() } else { inbox.discardReadBytes() }
      connections.received(bytes: -(4 + Int(size)))
      isBusy = true
      do {
        try router.route(frame, connectionID: id, clientHost: clientHost) { [self] response in answer(response) }
      } catch {
        return refuse(error.description)
      }
    }
  }

  private func answer(_ answer: ApiAnswer) {
    guard isBusy, !isClosed, let context else { return }
    let response: ByteBuffer
    switch answer {
    case .frame(let frame): response = frame
    case .none: return next()
    case .failed(let reason):
      logger.error("a connection is closed: its answer cannot be encoded", metadata: ["client": "\(peer)", "response": "\(reason)"])
      return close()
    }
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { [self] result in
      if case .success = result { next() }
    }
    isWriting = true
    lastActivity = connections.now
    context.writeAndFlush(wrapOutboundOut(response), promise: promise)
  }

  private func next() {
    isBusy = false
    isWriting = false
    lastActivity = connections.now
    takeRequests()
    if wantsRead, !isBusy || inbox.readableBytes < Self.readAhead {
      wantsRead = false
      context?.read()
    }
  }

  private func refuse(_ reason: String) {
    connections.refused()
    logger.warning(
      "a connection is closed: it sent what cannot be taken as a request of Kafka's protocol",
      metadata: [
        "client": "\(peer)", "found": "\(reason)",
      ])
    close()
  }
}
