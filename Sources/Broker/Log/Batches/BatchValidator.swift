import NIOCore

/// Decides whether what a producer sent may be appended, by the rules of Kafka's `ProduceRequest.validateRecords`,
/// `UnifiedLog.analyzeAndValidateRecords` and `LogValidator`, in their order.
///
/// The records of an uncompressed batch are walked over in place. Those of a compressed one are looked at only for a compacted topic, whose
/// records need keys; elsewhere its header is believed, and the batch passes through untouched.
struct BatchValidator {
  /// Bytes that the records of one compressed batch of a compacted topic may stand for: compaction has to hold them in memory.
  static let largestDecompressed = 64 << 20

  var configuration: LogConfiguration
  var origin: AppendOrigin
  /// The broker's clock, milliseconds since the Unix epoch.
  var now: Int64

  /// - Parameter bytes: what a produce request has for the partition: exactly one batch. An incomplete one after it is ignored, as Kafka does.
  func validate(_ bytes: UnsafeRawBufferPointer) throws(AppendError) -> ValidatedBatch {
    let header = try batchHeader(bytes)
    let batch = UnsafeRawBufferPointer(rebasing: bytes[..<header.sizeInBytes])
    guard header.magic == 2 else {
      throw invalid("the batch has format \(header.magic), format 2 is needed")
    }
    try refuseSecondBatch(UnsafeRawBufferPointer(rebasing: bytes[header.sizeInBytes...]))
    if origin == .client, header.baseOffset != 0 { throw invalid("the batch has base offset \(header.baseOffset), not 0") }
    guard header.sizeInBytes <= configuration.maxMessageBytes || origin == .coordinator else {
      throw AppendError(
        code: .messageTooLarge, message: "the batch has \(header.sizeInBytes) bytes, max.message.bytes is \(configuration.maxMessageBytes)")
    }
    guard header.sizeInBytes >= BatchHeader.size, BatchHeader.checksum(of: batch) == header.crc else {
      throw AppendError(code: .corruptMessage, message: "the batch's checksum does not match")
    }
    try validate(header)
    guard header.sizeInBytes <= configuration.segmentBytes else {
      throw AppendError(
        code: .recordListTooLarge, message: "the batch has \(header.sizeInBytes) bytes, segment.bytes is \(configuration.segmentBytes)")
    }
    return stored(header, maxTimestamp: try validateRecords(header, UnsafeRawBufferPointer(rebasing: batch[BatchHeader.size...])))
  }

  /// The header of the first batch, which is wholly there as far as its length says.
  private func batchHeader(_ bytes: UnsafeRawBufferPointer) throws(AppendError) -> BatchHeader {
    // Formats 0 and 1 have the length and the number of the format at the same places, in a shorter batch.
    guard bytes.count > 16 else { throw invalid("there is no batch") }
    let length = Int(Int32(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: Int32.self)))
    guard length >= 14 else { throw AppendError(code: .corruptMessage, message: "the batch says it has \(length) bytes") }
    guard length <= bytes.count - BatchHeader.overhead else {
      throw invalid("the batch says it has \(length) bytes, \(bytes.count - BatchHeader.overhead) are there")
    }
    let magic = bytes[16]
    guard magic == 2 else { throw invalid("the batch has format \(magic), format 2 is needed") }
    guard let header = BatchHeader(bytes), header.sizeInBytes >= BatchHeader.size else {
      throw AppendError(code: .corruptMessage, message: "the batch has \(length) bytes, too few for its header")
    }
    return header
  }

  private func refuseSecondBatch(_ rest: UnsafeRawBufferPointer) throws(AppendError) {
    guard rest.count >= BatchHeader.overhead else { return }
    let length = Int(Int32(bigEndian: rest.loadUnaligned(fromByteOffset: 8, as: Int32.self)))
    guard length < 14 || length <= rest.count - BatchHeader.overhead else { return }
    throw invalid("there is more than one batch")
  }

  private func validate(_ header: BatchHeader) throws(AppendError) {
    guard header.lastOffsetDelta >= 0, header.recordCount > 0, Int64(header.recordCount) == Int64(header.lastOffsetDelta) + 1 else {
      throw invalid("the batch says it has \(header.recordCount) records and ends \(header.lastOffsetDelta) offsets after its first")
    }
    guard header.compression != nil else {
      throw AppendError(code: .unsupportedCompressionType, message: "the batch is compressed in an unknown way (\(header.attributes & 7))")
    }
    if origin == .client {
      guard !header.isControl else { throw invalid("clients may not write control records") }
      guard !header.hasProducer || header.baseSequence >= 0 else {
        throw invalid("producer \(header.producerID) sends sequence \(header.baseSequence)")
      }
      guard !header.isTransactional || header.hasProducer else { throw invalid("a transactional batch without a producer") }
    }
    guard !header.hasDeleteHorizon else { throw invalid("only compaction sets a delete horizon") }
    guard header.timestampType == .createTime else {
      throw AppendError(code: .invalidTimestamp, message: "a producer may not claim the time of the append")
    }
  }

  /// The largest timestamp.
  private func validateRecords(_ header: BatchHeader, _ records: UnsafeRawBufferPointer) throws(AppendError) -> Int64 {
    if header.compression == CompressionType.none { return try walk(header, records) }
    guard configuration.cleanupCompact, let compression = header.compression else {
      try validateTimestamp(header.maxTimestamp)
      return header.maxTimestamp
    }
    let plain: ByteBuffer
    do throws(CompressionError) {
      plain = try Compression.decompress(ByteBuffer(bytes: records), compression, limit: Self.largestDecompressed)
    } catch {
      throw invalid("the records cannot be decompressed: \(error)")
    }
    return try plain.withUnsafeReadableBytes { bytes throws(AppendError) in try walk(header, bytes) }
  }

  private func walk(_ header: BatchHeader, _ records: UnsafeRawBufferPointer) throws(AppendError) -> Int64 {
    var walk = RecordWalk(records)
    var largest: Int64 = -1
    let needsKey = configuration.cleanupCompact && !header.isControl
    for index in 0..<header.recordCount {
      let fields: RecordFields
      do throws(RecordFormatError) { fields = try walk.next() } catch { throw invalid("record \(index): \(error)") }
      guard fields.offsetDelta == index else { throw invalid("record \(index) has offset \(fields.offsetDelta)") }
      if needsKey, fields.key == nil { throw invalid("record \(index) has no key, and the topic is compacted") }
      let timestamp = header.baseTimestamp &+ fields.timestampDelta
      try validateTimestamp(timestamp)
      largest = max(largest, timestamp)
    }
    guard walk.isAtEnd else { throw invalid("bytes follow the \(header.recordCount) records of the batch") }
    return largest
  }

  /// -1 stands for none.
  private func validateTimestamp(_ timestamp: Int64) throws(AppendError) {
    guard configuration.timestampType == .createTime, timestamp != -1, origin == .client else { return }
    let age = now &- timestamp
    guard age > configuration.timestampBeforeMaxMillis || 0 &- age > configuration.timestampAfterMaxMillis else { return }
    throw AppendError(
      code: .invalidTimestamp,
      message: "timestamp \(timestamp) is too far from now (\(now)): at most \(configuration.timestampBeforeMaxMillis) ms before and "
        + "\(configuration.timestampAfterMaxMillis) ms after are allowed")
  }

  private func stored(_ header: BatchHeader, maxTimestamp: Int64) -> ValidatedBatch {
    var stored = header
    stored.partitionLeaderEpoch = 0
    if configuration.timestampType == .logAppendTime, origin == .client {
      stored.attributes |= 0x08
      stored.maxTimestamp = now
    } else {
      stored.maxTimestamp = maxTimestamp
    }
    return ValidatedBatch(
      header: stored, changesChecksum: stored.maxTimestamp != header.maxTimestamp || stored.attributes != header.attributes)
  }

  private func invalid(_ message: String) -> AppendError { AppendError(code: .invalidRecord, message: message) }
}
