/// One run of a connector's engine.
final class ConnectorRun: Sendable {
  let name: String
  /// Of the definition that it runs.
  let revision: Int
  let runner: any ConnectorRunner
  /// Given when a graceful stop took too long.
  let kill = StopSignal()
  /// Given when it has ended.
  let ended = StopSignal()
  /// Given when it was asked to stop.
  let stopping = StopSignal()

  init(name: String, revision: Int, runner: any ConnectorRunner) {
    self.name = name
    self.revision = revision
    self.runner = runner
  }
}
