/// The classes that `transforms.<alias>.type` may name.
enum TransformClasses {
  static let kafka = "org.apache.kafka.connect.transforms."
  static let debezium = "io.debezium.transforms."

  private static let ofKafka: [(String, any ConfiguredTransform.Type)] = [
    ("Cast", Cast.self), ("DropHeaders", DropHeaders.self), ("ExtractField", ExtractField.self), ("Filter", Filter.self),
    ("Flatten", Flatten.self), ("HeaderFrom", HeaderFrom.self), ("HoistField", HoistField.self), ("InsertField", InsertField.self),
    ("InsertHeader", InsertHeader.self), ("MaskField", MaskField.self), ("RegexRouter", RegexRouter.self),
    ("ReplaceField", ReplaceField.self), ("SetSchemaMetadata", SetSchemaMetadata.self), ("TimestampConverter", TimestampConverter.self),
    ("TimestampRouter", TimestampRouter.self), ("ValueToKey", ValueToKey.self),
  ]

  private static let ofDebezium: [(String, any ConfiguredTransform.Type)] = [
    ("ByLogicalTableRouter", ByLogicalTableRouter.self), ("ExtractNewRecordState", ExtractNewRecordState.self),
    ("outbox.EventRouter", EventRouter.self),
  ]

  /// A class, and what part of a record its name says it works on.
  struct Entry: Sendable {
    var type: any ConfiguredTransform.Type
    var part: RecordPart
  }

  /// Every class by its name, `$Key` and `$Value` apart.
  static let all: [String: Entry] = {
    var all: [String: Entry] = [:]
    for (package, classes) in [(kafka, ofKafka), (debezium, ofDebezium)] {
      for (name, type) in classes {
        if type.hasParts {
          all["\(package)\(name)$Key"] = Entry(type: type, part: .key)
          all["\(package)\(name)$Value"] = Entry(type: type, part: .value)
        } else {
          all[package + name] = Entry(type: type, part: .value)
        }
      }
    }
    return all
  }()

  /// What an error about an unknown class says was expected.
  static func expectation(for type: String) -> String {
    if all["\(type)$Key"] != nil { return "expected \(type)$Key or \(type)$Value" }
    let kafka = ofKafka.map { $0.1.hasParts ? "\($0.0)$Key|$Value" : $0.0 }.joined(separator: ", ")
    let debezium = ofDebezium.map(\.0).joined(separator: ", ")
    return "this class is not known; expected \(Self.debezium){\(debezium)} or \(Self.kafka){\(kafka)}"
  }
}
