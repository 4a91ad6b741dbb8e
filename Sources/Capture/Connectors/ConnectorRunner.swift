/// What a worker runs for a connector: a `CaptureEngine`.
public protocol ConnectorRunner: Sendable {
  /// What it knows about itself; cheap, from any thread.
  var status: CaptureStatus { get }
  /// Runs until stopped, or until somebody has to act.
  func run() async throws
  /// Asks for a graceful stop.
  func stop()
  /// Sends nothing more until `resume()`.
  func pause()
  /// Goes on.
  func resume()
  /// Hands it a signal, to be carried out between two transactions.
  func send(_ signal: CaptureSignal) throws(SignalError)
}

extension CaptureEngine: ConnectorRunner {}
