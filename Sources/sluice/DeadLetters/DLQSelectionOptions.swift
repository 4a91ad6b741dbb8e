import ArgumentParser
import Foundation
import Runtime
import Syncer

/// Which dead letters; what is given must all hold.
struct DLQSelectionOptions: ParsableArguments {
  @Argument(help: ArgumentHelp("Single letters (default: all).", valueName: "topic:partition:offset")) var letters: [String] = []
  @Option(
    name: .customLong("topic"),
    help: "A topic whose dead letters are meant, or a dead-letter topic; may be repeated (default: all with the suffix of dead letters).")
  var topics: [String] = []
  @Option(name: .customLong("partition"), help: "A partition of the dead-letter topics; may be repeated.") var partitions: [Int32] = []
  @Option(
    name: .customLong("from-export"),
    help: ArgumentHelp("Letters that sluice dlq export has written, all or some of its lines; - is standard input.", valueName: "path"),
    completion: .file())
  var export: String?
  @Option(help: ArgumentHelp("Offsets in the dead-letter topics, both included: 10, 10-20, 10-.", valueName: "from-to")) var offsets:
    String?
  @Option(help: ArgumentHelp("Records of this time or later: 2026-03-01T12:00:00Z, or a duration back as 2h.", valueName: "time")) var from:
    String?
  @Option(help: ArgumentHelp("Records before this time.", valueName: "time")) var before: String?
  @Option(help: "The whole key, as text.") var key: String?
  @Option(
    name: .customLong("class"),
    help: ArgumentHelp("The class of the error, or its last part: PostgresError.23503, 23503.", valueName: "name"))
  var errorClass: String?
  @Option(help: ArgumentHelp("The handler that failed, or its last part.", valueName: "name")) var handler: String?

  /// The selection with the letters of the export, which is read.
  func wanted() throws -> DeadLetterSelection {
    var selection = try selection()
    guard let export else { return selection }
    let lines: Data
    if export == "-" {
      lines = try FileHandle.standardInput.readToEnd() ?? Data()
    } else {
      do { lines = try Data(contentsOf: URL(fileURLWithPath: export)) } catch {
        throw ToolError("\(export) cannot be read: \(error.localizedDescription)")
      }
    }
    do { selection.places.formUnion(try DeadLetterSelection.places(exported: lines)) } catch let error as DeadLetterToolError {
      throw ToolError("\(export == "-" ? "standard input" : export): \(error)")
    }
    return selection
  }

  /// The selection by what was said; usage errors name what is wrong.
  func selection(now: Date = Date()) throws -> DeadLetterSelection {
    var selection = DeadLetterSelection()
    selection.topics = topics
    selection.places = Set(
      try letters.map { text in
        guard let place = DeadLetterPlace(parsing: text) else {
          throw ValidationError("\(text): expected topic:partition:offset, as in orders.dlq:0:15")
        }
        return place
      })
    for partition in partitions where partition < 0 { throw ValidationError("--partition \(partition): expected a number from 0") }
    selection.partitions = Set(partitions)
    selection.offsets = try offsets.map(Self.range)
    selection.from = try from.map { try Self.time("--from", $0, now) }
    selection.before = try before.map { try Self.time("--before", $0, now) }
    selection.key = key.map { Array($0.utf8) }
    selection.errorName = errorClass
    selection.handler = handler
    return selection
  }

  private static func range(_ text: String) throws -> ClosedRange<Int64> {
    guard let range = DeadLetterSelection.offsets(parsing: text) else {
      throw ValidationError("--offsets \(text): expected 10, 10-20 or 10-")
    }
    return range
  }

  private static func time(_ option: String, _ text: String, _ now: Date) throws -> Int64 {
    if let time = ReplayTime.milliseconds(parsing: text) { return time }
    let back = ReplayTime.duration(parsing: text) ?? DurationText.parse(text).map { Int64($0.inSeconds * 1000) }
    guard let back else {
      throw ValidationError("\(option) \(text): expected a time such as 2026-03-01T12:00:00Z, or a duration back such as 2h")
    }
    return max(0, Int64(now.timeIntervalSince1970 * 1000) - back)
  }
}
