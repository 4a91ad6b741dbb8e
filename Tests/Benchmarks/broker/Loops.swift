import BenchmarkSupport

/// The clients: the loops in C over librdkafka, which cost the cores that they share with the broker least, a process each.
struct Loops {
  let servers: String
  let partitions: Int
  let records: Int
  var bytes = 100

  /// Idempotent, all acknowledge.
  private static let producing = [
    "enable.idempotence=true", "acks=all", "linger.ms=5", "batch.size=1000000", "batch.num.messages=10000",
    "queue.buffering.max.messages=100000", "queue.buffering.max.kbytes=1048576",
  ]
  private static let consuming = [
    "group.id=bench", "enable.auto.commit=false", "enable.auto.offset.store=false", "auto.offset.reset=earliest",
    "queued.min.messages=10000000", "queued.max.messages.kbytes=1048576",
  ]

  /// Writes all, and waits for all acknowledgements.
  func produce() throws -> Sample { try Sample(Programs.loops, arguments("produce-batch") + Self.producing) }

  /// Reads so many, from the beginning; the clock starts at the first that comes.
  ///
  /// - Parameter fetchWait: of the mock cluster, which holds a fetch for all its time, also when records come meanwhile.
  func consume(fetchWait: Int = 500) throws -> Sample {
    try Sample(Programs.loops, arguments("consume") + Self.consuming + ["fetch.wait.max.ms=\(fetchWait)"])
  }

  /// Seconds from a record's call to its acknowledgement, at 1000 records a second: the median and the 99th percentile.
  func latency() throws -> (median: Double, late: Double) {
    let text = try Programs.run(
      Programs.loops, arguments("latency") + ["enable.idempotence=true", "acks=all", "linger.ms=0"])
    let values = text.split(separator: " ").compactMap { Double($0) }
    guard values.count == 2 else { throw BenchmarkFailure("expected two figures, found \"\(text)\"") }
    return (values[0], values[1])
  }

  private func arguments(_ what: String) -> [String] { [what, servers, Contestant.topic, "\(partitions)", "\(records)", "\(bytes)"] }
}
