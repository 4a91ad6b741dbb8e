@testable import Capture

/// What Kafka Connect's and Debezium's own classes made of records (`Tests/Parity/transform_cases.py`).
struct RecordedTransforms {
  enum Result {
    /// The class refused its options.
    case configuration(String)
    /// It refused the record.
    case error(String)
    /// JsonConverter refused what it made.
    case unwritable(String)
    case dropped
    case record(ConnectRecord)
  }

  struct Case {
    var settings: [String: String]
    var record: ConnectRecord
    var result: Result

    var title: String {
      settings.filter { $0.key != "transforms" }.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
  }

  var cases: [Case] = []

  init() throws {
    var schemas: [ConnectSchema] = []
    var inputs: [ConnectRecord] = []
    for line in try Fixture.lines("transforms.jsonl") {
      let document = try JSONDocument(parsing: line.utf8)
      if let schema = document["schema"] { schemas.append(try ConnectJSON.schema(schema)) }
      if let input = document["input"] { inputs.append(try Self.record(input, schemas)) }
      guard let result = document["result"], case .object(let members)? = document["settings"], let index = document["record"]?.integer
      else { continue }
      let settings = Dictionary(uniqueKeysWithValues: members.map { ($0.name, $0.value.string ?? "") })
      guard let made = try Self.result(result, schemas) else { continue }
      cases.append(Case(settings: settings, record: inputs[Int(index)], result: made))
    }
  }

  private static func result(_ node: JSONDocument, _ schemas: [ConnectSchema]) throws -> Result? {
    if let message = node["configuration"]?.string { return .configuration(message) }
    if let message = node["error"]?.string { return .error(message) }
    if let message = node["unwritable"]?.string { return .unwritable(message) }
    if node["dropped"] != nil { return .dropped }
    return try node["record"].map { .record(try record($0, schemas)) }
  }

  private static func record(_ node: JSONDocument, _ schemas: [ConnectSchema]) throws -> ConnectRecord {
    func typed(_ node: JSONDocument?) throws -> (ConnectSchema?, ConnectValue) {
      guard let node, node != .null else { return (nil, .null) }
      let schema = node["schema"]?.integer.map { schemas[Int($0)] }
      return (schema, try ConnectJSON.value(node["payload"] ?? .null, schema))
    }
    var headers: [ConnectRecord.Header] = []
    if case .array(let elements)? = node["headers"] {
      for element in elements {
        let (schema, value) = try typed(element["value"])
        headers.append(.init(name: element["name"]?.string ?? "", schema: schema, value: value))
      }
    }
    let key = try typed(node["key"])
    let value = try typed(node["value"])
    return ConnectRecord(
      topic: node["topic"]?.string ?? "", partition: node["partition"]?.integer.map { Int32($0) }, keySchema: key.0, key: key.1,
      valueSchema: value.0, value: value.1, timestamp: node["timestamp"]?.integer, headers: headers)
  }
}
