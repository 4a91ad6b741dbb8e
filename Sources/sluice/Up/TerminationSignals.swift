@preconcurrency import Dispatch
import Foundation

/// Calls a closure on SIGINT and SIGTERM, in place of the process's end.
final class TerminationSignals: Sendable {
  private let sources: [any DispatchSourceSignal]

  init(_ received: @escaping @Sendable () -> Void) {
    sources = [SIGINT, SIGTERM].map { number in
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler(handler: received)
      source.resume()
      return source
    }
  }

  /// The signals are ignored from here on.
  func stop() { for source in sources { source.cancel() } }
}
