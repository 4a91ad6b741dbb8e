internal import Logging

/// `org.apache.kafka.connect.transforms.InsertHeader`: one more header, its value of the type that its text looks like.
struct InsertHeader: ConfiguredTransform {
  static let options = [TransformOption("header", isRequired: true), TransformOption("value.literal", isRequired: true)]
  static let hasParts = false
  let header: ConnectRecord.Header

  init(_ options: TransformOptions, part: RecordPart) throws(CaptureError) {
    let (schema, value) = LiteralParser.parse(options.text("value.literal") ?? "")
    header = .init(name: options.text("header") ?? "", schema: schema, value: value)
  }

  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool {
    record.headers.append(header)
    return true
  }
}
