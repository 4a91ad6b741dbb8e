internal import Postgres

/// Where a signal stood in its channel.
enum SignalOrigin: Hashable, Sendable {
  /// Sent by a method of the engine: it is as lasting as the call.
  case process
  /// A row of the signal table.
  case source(LSN)
  /// A record of the signal topic.
  case kafka(offset: Int64)
  /// A line of a signal file; `file` tells two files of one name apart.
  case file(String, line: Int)
}
