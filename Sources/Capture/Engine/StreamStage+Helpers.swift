internal import Logging
internal import Postgres

/// What runs beside reading and acknowledging, and what ends a stage that does not end by itself.
extension StreamStage {
  func readSignals() async -> Event {
    let keeper = keeper
    await SignalChannels(
      configuration: session.configuration, inbox: session.inbox, stored: { await keeper.incremental?.signals ?? SignalPositions() },
      logger: session.logger
    ).run()
    return .helper
  }

  func keep(_ box: StreamBox) async -> Event {
    let interval = max(session.configuration.offsetFlushInterval, .milliseconds(10))
    var failures = Backoff(cap: .seconds(30))
    var pause = interval
    while !Task.isCancelled {
      do {
        try await Task.sleep(for: pause)
        if let stream = box.stream {
          let storable = pipeline.storable
          try await keeper.keep(storable.position, incremental: storable.incremental, stream: stream)
          if let stored = await keeper.incremental?.signals { session.inbox.confirm(stored) }
        } else if let progress = snapshotProgress.progress {
          try await keeper.save(progress: progress)
        }
        if failures.attempts > 0 { session.logger.notice("the offset can be stored again", metadata: ["failures": "\(failures.attempts)"]) }
        failures.reset()
        pause = interval
      } catch is CancellationError {
        return .helper
      } catch let error as SinkError where error.isRetriable {
        // As Kafka Connect does: what is delivered is delivered, the slot stays where it is, and it is tried again.
        pause = max(interval, failures.next())
        note(error, attempt: failures.attempts)
      } catch {
        return .keeping(error)
      }
    }
    return .helper
  }

  /// Counts an attempt to store the offset that failed, and tells of the first in a row.
  func note(_ error: SinkError, attempt: Int) {
    session.board.update { $0.offsetSaveFailures += 1 }
    guard attempt == 1 else { return }
    session.logger.warning("the offset cannot be stored; the slot stays where it is until it can", metadata: ["reason": "\(error)"])
  }

  /// Lets the task that reads look up from a silent stream.
  func wake(_ box: StreamBox) async -> Event {
    let interval = StreamReader.wakeInterval(session)
    while !Task.isCancelled {
      do { try await Task.sleep(for: interval) } catch { break }
      box.stream?.wake()
    }
    return .helper
  }

  /// Those that a connector file asks for.
  func addOptionalHelpers(to group: inout TaskGroup<Event>) {
    let configuration = session.configuration
    let logger = session.logger
    if let query = configuration.heartbeats.actionQuery, let interval = configuration.heartbeats.interval {
      let action = HeartbeatAction(query: query, interval: interval, database: configuration.database, logger: logger)
      group.addTask {
        await action.run()
        return .helper
      }
    }
    if let interval = configuration.xminFetchInterval {
      group.addTask {
        await xmin.run(slot: configuration.slotName, every: interval, source: source, logger: logger)
        return .helper
      }
    }
  }

  func watch() async -> Event {
    while !Task.isCancelled {
      do { try await lease.check() } catch is CancellationError { return .helper } catch { return .keeping(error) }
      do {
        let slot = try await SlotKeeper(name: session.configuration.slotName, connection: try await source.open()).state()
        session.board.update {
          $0.retainedWALBytes = slot?.retainedBytes
          $0.walStatus = slot?.walStatus
          $0.safeWALBytes = slot?.safeBytes
        }
      } catch is CancellationError {
        return .helper
      } catch {
        // The stream says by itself when the server is gone.
        session.logger.debug("the slot could not be looked at", metadata: ["reason": "\(error)"])
      }
      report()
      do { try await Task.sleep(for: session.options.monitorInterval) } catch { return .helper }
    }
    return .helper
  }

  private func report() {
    session.board.refreshLag(isDelivered: pipeline.isIdle)
    session.board.update {
      $0.bytesInFlight = pipeline.bytesInFlight
      $0.lastProgress = pipeline.lastAcknowledgement
    }
    session.metrics.report(
      session.board.status, counters: session.board.counters, queueLimit: pipeline.limit,
      millisecondsSinceLastEvent: session.board.millisecondsSinceLastEvent)
  }

  /// After reading ended: waits for the wish to stop, then as long as the deadline says. Until then a slow sink is waited for.
  func giveUpAfterDeadline(_ givenUp: EndingMark) async -> Event {
    await session.stop.wait()
    do { try await Task.sleep(for: session.options.shutdownDeadline) } catch { return .helper }
    session.logger.warning(
      "not everything was acknowledged in time: it will be sent again", metadata: ["bytes": "\(pipeline.bytesInFlight)"])
    givenUp.set()
    await session.sink.close(deadline: .zero)
    return .gaveUp
  }

  /// Whether no other process can have stored a later position meanwhile. Alone, a server that is gone is no reason to repeat what was delivered.
  func mayStore() async -> Bool {
    guard session.options.isStandby else { return true }
    do { try await lease.check() } catch { return false }
    return true
  }

  /// What is on its way gets as long as at a stop, and no longer than until one is asked for. Beside the group: its tasks are cancelled by then.
  func letGoAfterDeadline() -> Task<Void, Never> {
    Task {
      do { try await session.stop.sleep(for: session.options.shutdownDeadline) } catch { return }
      await session.sink.abandon()
    }
  }

  /// Waiting for acknowledgements cannot be cancelled, so that a cancelled capture ends the sink, which ends the wait.
  func purgeWhenCancelled(_ ending: EndingMark) async -> Event {
    while !Task.isCancelled { do { try await Task.sleep(for: .seconds(3600)) } catch { break } }
    if !ending.isSet { await session.sink.close(deadline: .zero) }
    return .helper
  }
}
