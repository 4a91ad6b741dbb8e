import NIOCore

/// The form in which producer states are stored, in files named `<offset>.snapshot`.
///
/// Unlike Kafka's, which keeps the last batch of each producer, it keeps all that is remembered: a producer that had five batches in flight
/// when the broker was killed sends all five again, and each has to be recognised.
///
/// All integers are big-endian: version (int16), CRC-32C of what follows (uint32), offset (int64), number of producers (int32), and for
/// each: ID (int64), epoch (int16), coordinator epoch (int32), last seen (int64), first offset of the open transaction or -1 (int64), number
/// of batches (int8), and for each of these: base sequence and last sequence (int32), base offset, last offset and timestamp (int64).
extension ProducerStates {
  private static let version: Int16 = 1
  private static let headerBytes = 6
  private static let producerBytes = 8 + 2 + 4 + 8 + 8 + 1

  /// The states as they are now, with every record before `offset` accounted for.
  func snapshot(upTo offset: Int64) -> ByteBuffer {
    var body = ByteBuffer()
    body.writeInteger(offset)
    body.writeInteger(Int32(clamping: producers.count))
    for (id, state) in producers {
      body.writeMultipleIntegers(id, state.epoch, state.coordinatorEpoch, state.lastSeen, state.transactionFirstOffset ?? -1)
      body.writeInteger(Int8(clamping: state.batches.count))
      for batch in state.batches {
        body.writeMultipleIntegers(batch.baseSequence, batch.lastSequence, batch.baseOffset, batch.lastOffset, batch.timestamp)
      }
    }
    var snapshot = ByteBuffer()
    snapshot.reserveCapacity(Self.headerBytes + body.readableBytes)
    snapshot.writeMultipleIntegers(Self.version, body.crc32c)
    snapshot.writeBuffer(&body)
    return snapshot
  }

  /// The states of a snapshot.
  ///
  /// - Throws: when it is damaged or from another version; the log replays its records instead.
  init(snapshot: ByteBuffer, expirationMillis: Int64 = 86_400_000) throws(SnapshotError) {
    var rest = snapshot
    guard let (version, checksum) = rest.readMultipleIntegers(as: (Int16, UInt32).self) else {
      throw SnapshotError(reason: "it is too short")
    }
    guard version == Self.version else { throw SnapshotError(reason: "its version is \(version), not \(Self.version)") }
    guard checksum == rest.crc32c else { throw SnapshotError(reason: "its checksum does not match") }
    guard let (offset, count) = rest.readMultipleIntegers(as: (Int64, Int32).self), offset >= 0, count >= 0,
      Int(count) <= rest.readableBytes / Self.producerBytes
    else { throw SnapshotError(reason: "it is cut off") }
    var producers: [Int64: ProducerState] = [:]
    producers.reserveCapacity(Int(count))
    for _ in 0..<count {
      guard
        let (id, epoch, coordinatorEpoch, lastSeen, transaction) = rest.readMultipleIntegers(as: (Int64, Int16, Int32, Int64, Int64).self),
        let batches = rest.readInteger(as: Int8.self), batches >= 0, batches <= ProducerState.retainedBatches
      else { throw SnapshotError(reason: "it is cut off") }
      var state = ProducerState(epoch: epoch, lastSeen: lastSeen)
      state.coordinatorEpoch = coordinatorEpoch
      state.transactionFirstOffset = transaction >= 0 ? transaction : nil
      for _ in 0..<batches {
        guard let (base, last, baseOffset, lastOffset, time) = rest.readMultipleIntegers(as: (Int32, Int32, Int64, Int64, Int64).self)
        else {
          throw SnapshotError(reason: "it is cut off")
        }
        state.add(BatchMetadata(baseSequence: base, lastSequence: last, baseOffset: baseOffset, lastOffset: lastOffset, timestamp: time))
      }
      producers[id] = state
    }
    self.init(producers: producers, snapshotOffset: offset, expirationMillis: expirationMillis)
  }
}
