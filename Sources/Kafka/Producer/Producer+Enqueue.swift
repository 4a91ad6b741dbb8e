internal import CRDKafka

extension Producer {
  /// Records that go into one call of librdkafka; its topic lock is held that long.
  private static let chunk = 256

  /// Puts in as many records as there is room for. Does not block.
  /// - Returns: whether all are in.
  /// - Throws: a fatal error of the producer.
  func enqueue(_ batch: RecordBatch, _ progress: inout EnqueueProgress) throws -> Bool {
    let topics = try batch.topics.map { try handle.topic($0) }
    var isFull = false
    try batch.arena.withUnsafeBytes { arena in
      // An empty key or value needs an address, or librdkafka takes it for NULL; an arena of such records alone may have none.
      let base = UnsafeMutableRawPointer(mutating: arena.baseAddress ?? UnsafeRawPointer(topics[0]))
      try batch.entries.withUnsafeBufferPointer { entries in
        try withUnsafeTemporaryAllocation(of: rd_kafka_message_t.self, capacity: Self.chunk) { messages in
          while progress.next < entries.count, !isFull {
            let first = entries[progress.next]
            if first.isPlain {
              let count = fill(messages, entries, from: progress, base)
              isFull = try produce(messages, count, topics[Int(first.topic)], batch, &progress)
            } else {
              isFull = try produce(first, topics[Int(first.topic)], batch, base, &progress)
            }
          }
        }
      }
    }
    return !isFull
  }

  /// Fills `messages` with neighbours of one topic that have neither headers nor a timestamp.
  private func fill(
    _ messages: UnsafeMutableBufferPointer<rd_kafka_message_t>, _ entries: UnsafeBufferPointer<RecordBatch.Entry>,
    from progress: EnqueueProgress, _ base: UnsafeMutableRawPointer
  ) -> Int {
    let topic = entries[progress.next].topic
    let end = min(entries.count, progress.next + messages.count)
    var index = progress.next
    while index < end {
      let entry = entries[index]
      guard entry.topic == topic, entry.isPlain else { break }
      var message = rd_kafka_message_t()
      message.partition = entry.partition
      if entry.value.count >= 0 {
        message.payload = base + entry.value.start
        message.len = entry.value.count
      }
      if entry.key.count >= 0 {
        message.key = base + entry.key.start
        message.key_len = entry.key.count
      }
      message._private = DeliveryTable.opaque(progress.number, index: index)
      (messages.baseAddress.unsafelyUnwrapped + (index - progress.next)).initialize(to: message)
      index += 1
    }
    return index - progress.next
  }

  /// The fast road: many messages in one call. Says whether the queue is full.
  private func produce(
    _ messages: UnsafeMutableBufferPointer<rd_kafka_message_t>, _ count: Int, _ topic: OpaquePointer, _ batch: RecordBatch,
    _ progress: inout EnqueueProgress
  ) throws -> Bool {
    let taken = rd_kafka_produce_batch(
      topic, RD_KAFKA_PARTITION_UA, RD_KAFKA_MSG_F_COPY | RD_KAFKA_MSG_F_PARTITION, messages.baseAddress, Int32(count))
    if Int(taken) == count {
      progress.next += count
      return false
    }
    for message in messages[..<count] {
      if message.err == RD_KAFKA_RESP_ERR__QUEUE_FULL { return true }
      if message.err != RD_KAFKA_RESP_ERR_NO_ERROR { try refuse(message.err, batch, &progress) }
      progress.next += 1
    }
    return false
  }

  /// The road for one record with headers or a timestamp. Says whether the queue is full.
  private func produce(
    _ entry: RecordBatch.Entry, _ topic: OpaquePointer, _ batch: RecordBatch, _ base: UnsafeMutableRawPointer,
    _ progress: inout EnqueueProgress
  ) throws -> Bool {
    let headers = entry.headerCount == 0 ? nil : makeHeaders(entry, batch, base)
    let error = withUnsafeTemporaryAllocation(of: rd_kafka_vu_t.self, capacity: 8) { arguments in
      var count = 0
      func add(_ type: rd_kafka_vtype_t, _ set: (inout rd_kafka_vu_t) -> Void) {
        var argument = rd_kafka_vu_t()
        argument.vtype = type
        set(&argument)
        arguments.initializeElement(at: count, to: argument)
        count += 1
      }
      add(RD_KAFKA_VTYPE_RKT) { $0.u.rkt = topic }
      add(RD_KAFKA_VTYPE_PARTITION) { $0.u.i32 = entry.partition }
      add(RD_KAFKA_VTYPE_MSGFLAGS) { $0.u.i = RD_KAFKA_MSG_F_COPY }
      add(RD_KAFKA_VTYPE_OPAQUE) { $0.u.ptr = DeliveryTable.opaque(progress.number, index: progress.next) }
      if entry.value.count >= 0 {
        add(RD_KAFKA_VTYPE_VALUE) {
          $0.u.mem.ptr = base + entry.value.start
          $0.u.mem.size = entry.value.count
        }
      }
      if entry.key.count >= 0 {
        add(RD_KAFKA_VTYPE_KEY) {
          $0.u.mem.ptr = base + entry.key.start
          $0.u.mem.size = entry.key.count
        }
      }
      if entry.timestamp != 0 { add(RD_KAFKA_VTYPE_TIMESTAMP) { $0.u.i64 = entry.timestamp } }
      if let headers { add(RD_KAFKA_VTYPE_HEADERS) { $0.u.headers = headers } }
      return rd_kafka_produceva(handle.pointer, arguments.baseAddress, count)
    }
    if let error {
      // librdkafka owns the headers only of a message that it took.
      if let headers { rd_kafka_headers_destroy(headers) }
      let code = rd_kafka_error_code(error)
      rd_kafka_error_destroy(error)
      if code == RD_KAFKA_RESP_ERR__QUEUE_FULL { return true }
      try refuse(code, batch, &progress)
    }
    progress.next += 1
    return false
  }

  private func makeHeaders(_ entry: RecordBatch.Entry, _ batch: RecordBatch, _ base: UnsafeMutableRawPointer) -> OpaquePointer? {
    guard let headers = rd_kafka_headers_new(Int(entry.headerCount)) else { return nil }
    for header in batch.headers[Int(entry.firstHeader)..<Int(entry.firstHeader + entry.headerCount)] {
      let name = (base + header.name.start).assumingMemoryBound(to: CChar.self)
      let value: UnsafeMutableRawPointer? = header.value.count < 0 ? nil : base + header.value.start
      rd_kafka_header_add(headers, name, header.name.count, value, max(0, header.value.count))
    }
    return headers
  }

  /// Notes a record that librdkafka did not take; a fatal error ends the whole batch.
  private func refuse(_ code: rd_kafka_resp_err_t, _ batch: RecordBatch, _ progress: inout EnqueueProgress) throws {
    let error = KafkaError.of(code, client: handle.pointer, where: "Producer")
    if error.isFatal || code == RD_KAFKA_RESP_ERR__STATE { throw error }
    let entry = batch.entries[progress.next]
    progress.failures.append(
      DeliveryFailure(
        index: progress.next, topic: batch.topics[Int(entry.topic)], partition: entry.partition < 0 ? nil : entry.partition,
        isPossiblyStored: false, error: error))
  }
}
