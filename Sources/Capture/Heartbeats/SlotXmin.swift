internal import Logging
internal import Postgres
internal import Synchronization

/// `xmin.fetch.interval.ms`: the slot's `catalog_xmin` for `source.xmin`, looked at once an interval.
final class SlotXmin: Sendable {
  private let value = Mutex<Int64?>(nil)

  /// What was found last; nil before the first look.
  var latest: Int64? { value.withLock { $0 } }

  /// Looks until cancelled.
  func run(slot: String, every interval: Duration, source: SourceConnection, logger: Logger) async {
    while !Task.isCancelled {
      do {
        let rows = try await source.open().query(
          "SELECT catalog_xmin::text::int8 AS xmin FROM pg_replication_slots WHERE slot_name = \(slot)")
        let found = try rows.first?["xmin", as: Int64?.self]
        value.withLock { $0 = found }
      } catch is CancellationError {
        return
      } catch {
        logger.debug("the slot's xmin could not be read", metadata: ["reason": "\(error)"])
      }
      do { try await Task.sleep(for: interval) } catch { return }
    }
  }
}
