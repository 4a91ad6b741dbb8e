public import Hummingbird
import Logging
import Synchronization

/// What accompanies one request through the server.
public struct HTTPRequestContext: RequestContext {
  /// Hummingbird's own part.
  public var coreContext: CoreRequestContextStorage
  /// Where the request is, told when its deadline passes.
  let stage = RequestStage()

  /// Hummingbird makes one for each request.
  public init(source: Source) { coreContext = CoreRequestContextStorage(source: source) }

  /// For requests that come from no connection.
  init(logger: Logger) { coreContext = CoreRequestContextStorage(source: LoggerSource(logger: logger)) }

  private struct LoggerSource: RequestContextSource {
    let logger: Logger
  }
}

/// Whether a request still waits for its body: then a missed deadline is the client's doing.
final class RequestStage: Sendable {
  private let readingBody = Atomic<Bool>(false)

  var isReadingBody: Bool {
    get { readingBody.load(ordering: .relaxed) }
    set { readingBody.store(newValue, ordering: .relaxed) }
  }
}
