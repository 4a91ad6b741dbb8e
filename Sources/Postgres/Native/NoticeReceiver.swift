internal import CLibPQ
internal import Logging

/// Gets the server's notices from libpq's callback, on the connection's thread.
///
/// The session owns this object and outlives its `PGconn`, so the unretained pointer that libpq holds stays valid as long as libpq can call.
final class NoticeReceiver {
  private let logger: Logger
  private let handler: (@Sendable (Notice) -> Void)?

  init(logger: Logger, handler: (@Sendable (Notice) -> Void)?) {
    self.logger = logger
    self.handler = handler
  }

  func attach(to connection: OpaquePointer) {
    // SAFETY: see above; `PQfinish` is called before the session lets go of this object.
    PQsetNoticeReceiver(
      connection,
      { receiver, result in
        guard let receiver, let result else { return }
        Unmanaged<NoticeReceiver>.fromOpaque(receiver).takeUnretainedValue().receive(result)
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  private func receive(_ result: OpaquePointer) {
    let fields = ResultFields(result)
    let notice = Notice(
      severity: fields[.severity] ?? "NOTICE", sqlState: fields[.sqlState].map { SQLState(rawValue: $0) }, message: fields[.message] ?? "",
      detail: fields[.detail], hint: fields[.hint])
    handler?(notice)
    let level: Logger.Level = notice.severity == "WARNING" ? .warning : .debug
    logger.log(level: level, "PostgreSQL: \(notice.message)", metadata: notice.sqlState.map { ["sqlstate": "\($0.rawValue)"] })
  }
}
