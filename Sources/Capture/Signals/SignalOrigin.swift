internal import Postgres

/// Where a signal stood in its channel.
enum SignalOrigin: Hashable, Sendable {
  /// Sent by a method of the engine, or by REST: the inbox numbers them, and keeps each until a stored offset says that it was handled.
  case process(inbox: String, number: Int64)
  /// As it is sent, before an inbox has numbered it.
  case unnumbered
  /// A row of the signal table.
  case source(LSN)
  /// A record of the signal topic.
  case kafka(offset: Int64)
  /// A line of a signal file; `file` tells two files of one name apart.
  case file(String, line: Int)
}
