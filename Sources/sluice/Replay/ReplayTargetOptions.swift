import ArgumentParser
import Foundation
import Kafka
import Runtime
import Syncer

/// Where to, as the options of Apache Kafka's tool name it; exactly one.
struct ReplayTargetOptions: ParsableArguments {
  @Flag(name: .customLong("to-earliest"), help: "To the oldest record.") var toEarliest = false
  @Flag(name: .customLong("to-latest"), help: "Behind the newest record: what is there is skipped.") var toLatest = false
  @Flag(name: .customLong("to-current"), help: "Where it is: makes the read database and Kafka say the same.") var toCurrent = false
  @Option(name: .customLong("to-offset"), help: "To this offset of each partition.") var toOffset: Int64?
  @Option(
    name: .customLong("to-datetime"),
    help: ArgumentHelp(
      "To the first record at or after a time: 2026-03-01T12:00:00Z (UTC unless it says otherwise), or seconds or milliseconds since 1970.",
      valueName: "time")) var toDatetime: String?
  @Option(
    name: .customLong("by-duration"),
    help: ArgumentHelp("To the first record of the last so long: 2h, 1d12h, or PT2H.", valueName: "duration")) var byDuration: String?
  @Option(
    name: .customLong("shift-by"), parsing: .unconditional,
    help: ArgumentHelp("So many records on, or back where negative.", valueName: "n")) var shiftBy: Int64?
  @Option(
    name: .customLong("from-file"),
    help: ArgumentHelp("To the offsets of a file with lines topic,partition,offset, as --export prints them.", valueName: "file"),
    completion: .file()) var fromFile: String?

  /// The target; usage errors name what is wrong.
  func target(now: Date = Date()) throws -> ReplayTarget {
    var targets: [ReplayTarget] = []
    if toEarliest { targets.append(.earliest) }
    if toLatest { targets.append(.latest) }
    if toCurrent { targets.append(.current) }
    if let toOffset {
      guard toOffset >= 0 else { throw ValidationError("--to-offset \(toOffset): expected an offset from 0") }
      targets.append(.offset(toOffset))
    }
    if let toDatetime {
      guard let time = ReplayTime.milliseconds(parsing: toDatetime) else {
        throw ValidationError(
          "--to-datetime \(toDatetime): expected a time such as 2026-03-01T12:00:00Z, or seconds or milliseconds since 1970")
      }
      targets.append(.time(milliseconds: time))
    }
    if let byDuration { targets.append(.time(milliseconds: try start(byDuration, now))) }
    if let shiftBy { targets.append(.shift(shiftBy)) }
    if let fromFile { targets.append(.offsets(try Self.offsets(file: fromFile))) }
    guard let target = targets.first, targets.count == 1 else {
      throw ValidationError(
        "name one target, found \(targets.count): --to-earliest, --to-latest, --to-current, --to-offset, --to-datetime, --by-duration, --shift-by or --from-file"
      )
    }
    return target
  }

  private func start(_ text: String, _ now: Date) throws -> Int64 {
    let duration = ReplayTime.duration(parsing: text) ?? DurationText.parse(text).map { Int64($0.inSeconds * 1000) }
    guard let duration else { throw ValidationError("--by-duration \(text): expected a duration such as 2h, 1d12h or PT2H") }
    return max(0, Int64(now.timeIntervalSince1970 * 1000) - duration)
  }

  private static func offsets(file: String) throws -> [TopicPartition: Int64] {
    let text = try String(contentsOfFile: file, encoding: .utf8)
    var offsets: [TopicPartition: Int64] = [:]
    for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
      if fields == [""] { continue }
      guard fields.count == 3, !fields[0].isEmpty, let partition = Int32(fields[1]), partition >= 0, let offset = Int64(fields[2]),
        offset >= 0
      else { throw ValidationError("\(file):\(number + 1): expected topic,partition,offset, found \(line)") }
      offsets[TopicPartition(topic: fields[0], partition: partition)] = offset
    }
    guard !offsets.isEmpty else { throw ValidationError("\(file): expected lines topic,partition,offset, found none") }
    return offsets
  }
}
