import BenchmarkSupport
import Kafka

/// Reads everything from the beginning, with checksums, and compares it with what was promised.
struct FinalReading: Sendable {
  let clients: ChaosClients
  let findings: Findings

  func run(_ promised: Promised) async throws {
    try await numbered(promised.numbers)
    try await compacted(promised.keys)
    try await transactions(promised.transactions)
    let admin = try clients.admin()
    let ledger = CommittedOffsetsLedger(clients: clients, findings: findings)
    ledger.compare(try await admin.groupOffsets(CommittedOffsetsLedger.group), with: promised.offsets)
    try await transactionalOffset(admin, promised.transactions)
  }

  private func numbered(_ promised: [ProducedNumbers]) async throws {
    var order = NumberOrder(beginsAtZero: true)
    try await read(ChaosTopics.numbered, partitions: ChaosTopics.numberedPartitions) { value, place in
      if let expected = order.expect(value) { findings.add("records missing or twice", "\(place): \(value), expected \(expected)") }
    }
    for numbers in promised {
      for (partition, count) in numbers.counts.enumerated() {
        let found = order.count(producer: numbers.producer, partition: partition)
        guard found != count else { continue }
        findings.add(
          "acknowledged records missing at the end", "producer \(numbers.producer), partition \(partition): \(count), found \(found)")
      }
    }
  }

  private func compacted(_ promised: ProducedKeys) async throws {
    var last: [Int: UInt64] = [:]
    var previous: [Int32: UInt64] = [:]
    try await read(ChaosTopics.compacted, partitions: ChaosTopics.otherPartitions) { value, place in
      if let before = previous.updateValue(value.number, forKey: value.partition), before >= value.number {
        findings.add("compacted records twice or out of order", "\(place): \(value.number) after \(before)")
      }
      if let key = place.key { last[key] = value.number }
    }
    for (key, number) in promised.last where last[key] != number {
      findings.add("last values of a key missing", "\(key): \(number), found \(last[key].map { "\($0)" } ?? "none")")
    }
  }

  private func transactions(_ promised: ProducedTransactions) async throws {
    var found: [Int: Set<UInt64>] = [:]
    var previous: [Int32: UInt64] = [:]
    try await read(ChaosTopics.transactions, partitions: ChaosTopics.otherPartitions, until: lastNumbers(promised)) { value, place in
      if let before = previous.updateValue(value.number, forKey: value.partition), before >= value.number {
        findings.add("records of transactions twice or out of order", "\(place): \(value.number) after \(before)")
      }
      found[Int(value.number >> 16), default: []].insert(value.number)
    }
    for (number, entry) in promised.entries.enumerated() {
      let count = found[number]?.count ?? 0
      switch entry.outcome {
      case .committed where count != entry.records:
        findings.add("committed records missing", "transaction \(number): \(count) of \(entry.records)")
      case .aborted where count > 0: findings.add("aborted records visible", "transaction \(number): \(count)")
      case .unknown where count > 0 && count != entry.records:
        findings.add("transactions in parts", "transaction \(number): \(count) of \(entry.records)")
      default: break
      }
    }
  }

  /// The last transaction is a committed one; its last record in each partition.
  private func lastNumbers(_ promised: ProducedTransactions) -> [Int32: UInt64] {
    guard let last = promised.entries.last else { return [:] }
    let transaction = promised.entries.count - 1
    var result: [Int32: UInt64] = [:]
    for index in 0..<last.records {
      result[Int32(TransactionalProducer.partition(transaction, index))] = TransactionalProducer.number(transaction, index)
    }
    return result
  }

  private func transactionalOffset(_ admin: Admin, _ promised: ProducedTransactions) async throws {
    guard let last = promised.entries.lastIndex(where: { $0.outcome == .committed }) else { return }
    if promised.entries[last...].contains(where: { $0.outcome == .unknown }) { return }
    let found = try await admin.groupOffsets(TransactionalProducer.group)[TransactionalProducer.offsetPartition]
    guard found != Int64(last) + 1 else { return }
    findings.add("offsets of transactions", "\(last + 1) was committed last, \(found.map { "\($0)" } ?? "none") found")
  }

  /// Where a record stands.
  private struct Place: CustomStringConvertible {
    let partition: TopicPartition
    let offset: Int64
    let key: Int?
    var description: String { "\(partition) at \(offset)" }
  }

  /// Reads to the end: the partitions' ends, or where given the records with these numbers, behind which there are only markers.
  private func read(
    _ topic: String, partitions: Int, until numbers: [Int32: UInt64]? = nil, _ body: (NumberedValue, Place) -> Void
  ) async throws {
    let consumer = try clients.consumer()
    let all = (0..<partitions).map { TopicPartition(topic: topic, partition: Int32($0)) }
    let ends = try await consumer.watermarks(for: all, timeout: .seconds(30))
    var open = Set(all.filter { (ends[$0]?.high ?? 0) > 0 })
    try await consumer.assign(Dictionary(uniqueKeysWithValues: all.map { ($0, .beginning) }))
    var idle = 0
    while !open.isEmpty {
      guard let batch = try await consumer.nextBatch(maxWait: .seconds(1)) else { break }
      idle = batch.isEmpty ? idle + 1 : 0
      guard idle < 20 else {
        findings.add("partitions that cannot be read to their end", "\(open.sorted())")
        break
      }
      batch.forEach { record in
        let key = record.key.flatMap { Int(String(decoding: $0, as: UTF8.self)) }
        let place = Place(partition: record.topicPartition, offset: record.offset, key: key)
        guard let bytes = record.value, let value = NumberedValue(bytes), value.partition == record.partition else {
          return findings.add("values that are spoilt", "\(place)")
        }
        body(value, place)
        let isLast = numbers.map { $0[record.partition] == value.number } ?? (record.offset + 1 >= ends[place.partition]?.high ?? 0)
        if isLast { open.remove(place.partition) }
      }
    }
    await consumer.close(deadline: .seconds(10))
  }
}
