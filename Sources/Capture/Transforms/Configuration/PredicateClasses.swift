/// The classes that `predicates.<alias>.type` may name.
enum PredicateClasses {
  static let package = "org.apache.kafka.connect.transforms.predicates."

  private static let options: [String: [TransformOption]] = [
    "TopicNameMatches": [TransformOption("pattern", .pattern, isRequired: true)],
    "HasHeaderKey": [TransformOption("name", isRequired: true)],
    "RecordIsTombstone": [],
  ]

  /// The names of all predicates with their packages, and their options.
  static let all: [String: [TransformOption]] = Dictionary(uniqueKeysWithValues: options.map { (package + $0.key, $0.value) })

  static func predicate(_ reader: SettingsReader, prefix: String) throws(CaptureError) -> Predicate {
    let type = try reader.required(prefix + "type")
    guard let known = all[type] else {
      let names = options.keys.sorted().joined(separator: ", ")
      throw reader.error(prefix + "type", type, "this predicate is not known; expected \(package){\(names)}")
    }
    let name = String(type.dropFirst(package.count))
    let options = try TransformOptions(reader, prefix: prefix, type: name, known: known, common: ["type"])
    switch name {
    case "TopicNameMatches":
      guard options.filled("pattern") != nil else { throw options.error("pattern", "expected a regular expression") }
      return .topicNameMatches(try options.pattern("pattern"))
    case "HasHeaderKey":
      guard let header = options.filled("name") else { throw options.error("name", "expected a header's name") }
      return .hasHeaderKey(header)
    default: return .recordIsTombstone
    }
  }
}
