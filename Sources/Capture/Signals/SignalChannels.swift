internal import Logging

/// The channels that are read beside the stream: a file and a Kafka topic. They go on trying; a signal waits for nobody's restart.
struct SignalChannels: Sendable {
  let configuration: ConnectorConfiguration
  let inbox: SignalInbox
  /// How far signals were handled, as stored: what lies before may be forgotten.
  let stored: @Sendable () async -> SignalPositions
  let logger: Logger

  /// Runs until cancelled.
  func run() async {
    await withTaskGroup(of: Void.self) { group in
      let settings = configuration.signals
      if settings.channels.contains(.file) { group.addTask { await repeating("file", FileSignals(path: settings.file)) } }
      if settings.channels.contains(.kafka) { group.addTask { await repeating("kafka", KafkaSignals(configuration, logger: logger)) } }
    }
  }

  private func repeating(_ name: String, _ channel: some SignalChannel) async {
    var backoff = Backoff(cap: .seconds(30))
    while !Task.isCancelled {
      var wait = configuration.signals.pollInterval
      do {
        for found in try await channel.read(from: await stored()) { await put(found, from: name) }
        backoff.reset()
        // A topic is waited for where it is read.
        if channel.waits { wait = .zero }
      } catch is CancellationError {
        break
      } catch {
        wait = max(wait, backoff.next())
        logger.warning("signals cannot be read for now", metadata: ["channel": "\(name)", "reason": "\(error)"])
      }
      do { try await Task.sleep(for: wait) } catch { break }
    }
    await channel.close()
  }

  private func put(_ found: Result<CaptureSignal, SignalError>, from channel: String) async {
    switch found {
    case .failure(let error): logger.warning("signal refused", metadata: ["channel": "\(channel)", "reason": "\(error)"])
    case .success(let signal):
      while !inbox.offer(signal) {
        do { try await Task.sleep(for: .milliseconds(100)) } catch { return }
      }
    }
  }
}

/// A source of signals that is asked again and again by one task.
protocol SignalChannel: Sendable {
  /// ``read(from:)`` waits for news itself, at most for a while.
  var waits: Bool { get }
  /// The signals that are new, in order; what was asked for before is given once.
  ///
  /// - Parameter stored: what was handled before the last stored offset.
  func read(from stored: SignalPositions) async throws -> [Result<CaptureSignal, SignalError>]
  func close() async
}
