internal import Logging

/// A transform of records with schemas (`org.apache.kafka.connect.transforms.Transformation`).
///
/// One task applies it, to one record after another; what it keeps between records (made schemas) is no more than a cache.
protocol RecordTransform: Sendable {
  /// Changes a record.
  ///
  /// - Returns: false to drop the record.
  /// - Throws: `CaptureError` where Kafka Connect's class throws; the chain adds which transform it was.
  func apply(_ record: inout ConnectRecord, logger: Logger) throws(CaptureError) -> Bool
}
