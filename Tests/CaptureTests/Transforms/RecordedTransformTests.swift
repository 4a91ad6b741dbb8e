import ChangeEvents
import Logging
import TestSupport
import Testing

@testable import Capture

/// Ours beside the real classes, on the same records.
@Suite struct RecordedTransformTests {
  /// Where ours is meant to differ: a payload that cannot be expanded is sent as it is, where Debezium goes on with half of the work.
  private static func isMeant(_ test: RecordedTransforms.Case, _ ours: RecordedTransforms.Result) -> Bool {
    guard case .record(let record) = ours, test.title.contains("table.expand.json.payload=true") else { return false }
    let payload: ConnectValue? = if case .structure(let values) = record.value { values.first } else { record.value }
    guard case .string? = payload else { return false }
    switch test.result {
    case .error: return true
    case .record(let wanted): return wanted.valueSchema == nil && wanted.value == payload
    default: return false
    }
  }

  @Test func equalsTheRealClasses() throws {
    let recorded = try RecordedTransforms()
    #expect(recorded.cases.count > 1000)
    var differences: [String] = []
    for test in recorded.cases {
      let ours = Self.run(test)
      guard let wanted = Self.difference(test, ours), !Self.isMeant(test, ours) else { continue }
      differences.append("\(test.title)\n    \(wanted)")
    }
    for difference in differences { Issue.record("\(difference)") }
  }

  private static func run(_ test: RecordedTransforms.Case) -> RecordedTransforms.Result {
    let chain: RecordTransformChain
    do {
      var settings = ["topic.prefix": "golden", "database.hostname": "h", "database.user": "u", "database.dbname": "d"]
      settings.merge(test.settings) { $1 }
      chain = try ConnectorConfiguration(ConnectorFile(name: "test", settings: settings)).transformChain
    } catch { return .configuration("\(error)") }
    var record = test.record
    do { return try chain.apply(&record, logger: testLogger()) ? .record(record) : .dropped } catch { return .error("\(error)") }
  }

  private static func difference(_ test: RecordedTransforms.Case, _ ours: RecordedTransforms.Result) -> String? {
    switch (test.result, ours) {
    case (.configuration, .configuration), (.error, .error), (.error, .configuration), (.dropped, .dropped): nil
    // The class let through what no converter takes: there is no record to compare with.
    case (.unwritable, _): nil
    case (.record(let wanted), .record(let made)):
      render(wanted) == render(made) ? nil : "wanted \(render(wanted))\n    made   \(render(made))"
    default: "wanted \(render(test.result))\n    made   \(render(ours))"
    }
  }

  private static func render(_ result: RecordedTransforms.Result) -> String {
    switch result {
    case .configuration(let message): "configuration error: \(message)"
    case .error(let message): "error: \(message)"
    case .unwritable(let message): "unwritable: \(message)"
    case .dropped: "dropped"
    case .record(let record): render(record)
    }
  }

  private static func render(_ record: ConnectRecord) -> String {
    let headers = record.headers.map { "\($0.name)=\(render($0.schema, $0.value))" }.joined(separator: ", ")
    return "\(record.topic) \(record.partition.map { "\($0)" } ?? "-") \(record.timestamp.map { "\($0)" } ?? "-") "
      + "key \(render(record.keySchema, record.key)) value \(render(record.valueSchema, record.value)) headers [\(headers)]"
  }

  private static func render(_ schema: ConnectSchema?, _ value: ConnectValue) -> String {
    var writer = JSONWriter(capacity: 256)
    schema?.writeJSON(to: &writer)
    return "\(String(decoding: writer.copyBytes(), as: UTF8.self)) \(value)"
  }
}
