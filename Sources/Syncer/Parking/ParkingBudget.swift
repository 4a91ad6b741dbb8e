/// Whether more may be parked. Pure: it is told what was counted and what was added since.
struct ParkingBudget: Sendable, Hashable {
  let maxRecords: Int64
  let maxBytes: Int64
  /// As last counted, with what this member has added since; nil before it was counted.
  private(set) var totals: ParkingTotals?

  init(_ settings: ParkingSettings) {
    maxRecords = settings.maxRecords
    maxBytes = settings.maxBytes
  }

  /// All of the group was counted.
  mutating func counted(_ totals: ParkingTotals) { self.totals = totals }

  /// This member has parked more.
  mutating func added(keys: Int, records: Int64, bytes: Int64) {
    totals?.keys += Int64(keys)
    totals?.records += records
    totals?.bytes += bytes
  }

  /// Why nothing more may be parked; nil where it may. Asked before a batch parks, so that one batch always fits: else a bound smaller than a batch would
  /// stand still for ever.
  var exhaustion: String? {
    guard let totals else { return nil }
    let what: String
    if totals.records >= maxRecords {
      what = "\(totals.records) records are parked, and \(maxRecords) may be (syncer.parking.max_records)"
    } else if totals.bytes >= maxBytes {
      what = "\(totals.bytes) bytes of records are parked, and \(maxBytes) may be (syncer.parking.max_bytes)"
    } else {
      return nil
    }
    return "\(what): partitions that would park more wait; resolve or discard parked keys (sluice dlq)"
  }
}
