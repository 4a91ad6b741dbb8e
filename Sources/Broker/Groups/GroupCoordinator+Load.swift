extension GroupCoordinator {
  /// Reads the log, gives the members of stable groups a session to be heard in, and begins to look for expired offsets.
  ///
  /// - Throws: ``CodecError`` for a record that cannot be read: an offset that was forgotten silently would make its
  ///   group begin anew, or skip what it has not seen. Or that the log cannot be read.
  func load() throws {
    try log.replay { entry in
      switch entry {
      case .record(let record, let offset, _, let producer):
        nextPosition = max(nextPosition, offset &+ 1)
        do {
          load(try GroupRecord(record), at: offset, producer)
        } catch {
          throw CodecError("__consumer_offsets, offset \(offset): \(error)")
        }
      case .marker(let producerID, _, let committed):
        offsets.endTransaction(of: producerID, committed: committed)
      }
    }
    for groupID in offsets.groups where entries[groupID] == nil {
      entries[groupID] = GroupEntry(ClassicGroup(groupID: groupID, configuration: configuration, now: scheduler.now))
    }
    for entry in Array(entries.values) { perform(entry.group.loaded(now: scheduler.now), on: entry) }
    startSweeping()
  }

  private func load(_ record: GroupRecord, at position: Int64, _ producer: StateProducer?) {
    switch record {
    case .group(let key, let value?):
      entries[key.group] = GroupEntry(ClassicGroup(groupID: key.group, record: value, configuration: configuration, now: scheduler.now))
    case .group(let key, nil):
      entries[key.group] = nil
    case .offset(let key, let value):
      let partition = TopicPartition(topic: key.topic, partition: key.partition)
      switch (value, producer) {
      case (let value?, nil): offsets.commit(key.group, partition, CommittedOffset(value, position: position))
      case (let value?, let producer?): offsets.addPending(producer.id, key.group, partition, CommittedOffset(value, position: position))
      case (nil, _): offsets.remove(key.group, partition, before: position)
      }
    case .other:
      break
    }
  }
}
