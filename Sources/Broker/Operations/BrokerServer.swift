public import Logging
internal import Foundation
internal import NIOCore
internal import NIOPosix
public import ServiceLifecycle
internal import Synchronization

/// A durable single-node broker that speaks Kafka's protocol: topics, groups and transactions of Apache Kafka 4, one replica, one folder.
///
/// One event loop does everything but syncs and compaction, which have threads of their own. Run it in a service group: a graceful
/// shutdown closes the listener and the connections, syncs and closes every log. A process that is killed recovers at its next start.
public final class BrokerServer: Service {
  private enum Phase {
    case new
    case serving(NIOLoopBound<BrokerCore>, any EventLoop)
    case ended
  }

  private let settings: BrokerSettings
  private let topics: [String]
  private let logger: Logger
  private let onListening: @Sendable (String) -> Void
  private let phase = Mutex(Phase.new)

  /// - Parameters:
  ///   - settings: folder, address and limits.
  ///   - topics: made where they are missing, with `settings.numPartitions`.
  ///   - onListening: called once with the address for `bootstrap.servers`, when clients can connect.
  public init(settings: BrokerSettings, topics: [String] = [], logger: Logger, onListening: @escaping @Sendable (String) -> Void = { _ in })
  {
    self.settings = settings
    self.topics = topics
    self.logger = logger
    self.onListening = onListening
  }

  /// Whether clients can connect now.
  public var isServing: Bool {
    phase.withLock { if case .serving = $0 { true } else { false } }
  }

  /// Serves until the graceful shutdown or the task's cancellation.
  ///
  /// - Throws: ``BrokerError`` when the folder or the address cannot be had, and what the files say when they cannot be read.
  public func run() async throws {
    raiseFileLimit()
    do {
      try FileManager.default.createDirectory(
        atPath: settings.dataFolder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw BrokerError(
        "the data folder \(settings.dataFolder) cannot be made: \(Self.reason(error)); name one that this user may make (broker.data_folder)"
      )
    }
    let lock = try DataFolderLock(folder: settings.dataFolder)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    let outcome: Result<Void, any Error>
    do {
      try await serve(on: loop, group)
      outcome = .success(())
    } catch {
      outcome = .failure(error)
    }
    phase.withLock { $0 = .ended }
    try await group.shutdownGracefully()
    withExtendedLifetime(lock) {}
    try outcome.get()
  }

  private func serve(on loop: any EventLoop, _ group: MultiThreadedEventLoopGroup) async throws {
    let begin = ContinuousClock.now
    let core = try await loop.submit { [settings, logger, topics] in
      let core = try BrokerCore(settings: settings, eventLoop: loop, logger: logger)
      try core.ensureTopics(topics)
      return NIOLoopBound(core, eventLoop: loop)
    }.get()
    let listener: any Channel
    do {
      listener = try await bootstrap(core, group).bind(host: settings.listenHost, port: settings.listenPort).get()
    } catch {
      try? await close(core, on: loop)
      throw BrokerError(
        "\(settings.listenHost):\(settings.listenPort) cannot be listened on: \(Self.reason(error)); stop what is there, or name another address"
      )
    }
    let port = listener.localAddress?.port ?? settings.listenPort
    let advertised = (host: settings.advertisedHost, port: settings.advertisedPort == 0 ? port : Int(settings.advertisedPort))
    try await loop.submit { core.value.listening(host: advertised.host, port: advertised.port) }.get()
    try await listener.setOption(.autoRead, value: true).get()
    phase.withLock { $0 = .serving(core, loop) }
    logger.info(
      "serving",
      metadata: ["address": "\(settings.listenHost):\(port)", "data": "\(settings.dataFolder)", "start": "\(ContinuousClock.now - begin)"])
    onListening("\(advertised.host):\(advertised.port)")
    try? await gracefulShutdown()
    phase.withLock { $0 = .ended }
    try? await listener.close()
    try await close(core, on: loop)
  }

  private func bootstrap(_ core: NIOLoopBound<BrokerCore>, _ group: MultiThreadedEventLoopGroup) -> ServerBootstrap {
    ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      // Nobody is let in before the broker knows the port that it tells clients.
      .serverChannelOption(.autoRead, value: false)
      .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
      .childChannelOption(.recvAllocator, value: AdaptiveRecvByteBufferAllocator(minimum: 1024, initial: 16_384, maximum: 262_144))
      .childChannelInitializer { [logger] channel in
        channel.eventLoop.makeCompletedFuture {
          let core = core.value
          guard core.connections.hasRoom else {
            core.metrics.connectionRefused()
            logger.warning(
              "a connection is closed: there are as many as there may be (max.connections)",
              metadata: ["limit": "\(core.settings.maxConnections)", "client": "\(channel.remoteAddress?.description ?? "unknown")"])
            throw ChannelError.inputClosed
          }
          let handler = ConnectionHandler(
            id: core.connections.nextID(), router: core.router, connections: core.connections, logger: logger)
          try channel.pipeline.syncOperations.addHandler(handler)
        }
      }
  }

  /// Syncs and closes every log.
  private func close(_ core: NIOLoopBound<BrokerCore>, on loop: any EventLoop) async throws {
    let promise = loop.makePromise(of: Void.self)
    loop.execute {
      core.value.close { error in
        if let error { promise.fail(error) } else { promise.succeed() }
      }
    }
    try await promise.futureResult.get()
  }

  /// Sets the gauges of ``BrokerMetricNames``; to be called before each scrape.
  public func sampleMetrics() async {
    // Under the lock: a loop that has ended meanwhile would drop it without a word.
    let sampled = phase.withLock { phase -> EventLoopFuture<Void>? in
      guard case .serving(let core, let loop) = phase else { return nil }
      return loop.submit { core.value.metrics.sample(core.value) }
    }
    try? await sampled?.get()
  }

  /// The system's own words, where an error has them underneath.
  private static func reason(_ error: any Error) -> String {
    if let error = error as? IOError { return String(cString: strerror(error.errnoCode)) }
    let beneath = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    return beneath?.domain == NSPOSIXErrorDomain ? String(cString: strerror(Int32(beneath?.code ?? 0))) : "\(error)"
  }

  /// Files are opened by the hundred; the soft limit of 1024 is for programs that use select(2).
  private func raiseFileLimit() {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0, limit.rlim_cur < limit.rlim_max else { return }
    limit.rlim_cur = min(limit.rlim_max, 65_536)
    setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }
}
