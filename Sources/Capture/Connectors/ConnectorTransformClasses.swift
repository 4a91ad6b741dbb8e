/// The class names that `transforms.*.type` and `predicates.*.type` may hold.
enum ConnectorTransformClasses {
  private static let kafka = "org.apache.kafka.connect.transforms."
  private static let debezium = "io.debezium.transforms."

  static let transforms: [String] =
    [
      "Cast", "ExtractField", "Flatten", "HeaderFrom", "HoistField", "InsertField", "MaskField", "ReplaceField", "TimestampConverter",
    ].flatMap { [kafka + $0 + "$Key", kafka + $0 + "$Value"] }
    + ["DropHeaders", "Filter", "InsertHeader", "RegexRouter", "ValueToKey"].map { kafka + $0 }
    + ["ByLogicalTableRouter", "ExtractNewRecordState", "outbox.EventRouter"].map { debezium + $0 }

  static let predicates = ["HasHeaderKey", "RecordIsTombstone", "TopicNameMatches"].map { kafka + "predicates." + $0 }
}
