internal import CRDKafka

extension Admin {
  /// All consumer groups, by ID.
  /// - Throws: the first broker's error, if one could not be asked: the list would not be whole.
  public func listGroups() async throws -> [GroupListing] {
    let place = "Admin.listGroups"
    return try await call(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, place) { event in
      let result = rd_kafka_event_ListConsumerGroups_result(event)
      var count = 0
      if let errors = rd_kafka_ListConsumerGroups_result_errors(result, &count), count > 0,
        let error = KafkaError.read(errors[0], where: place)
      {
        throw error
      }
      let groups = rd_kafka_ListConsumerGroups_result_valid(result, &count)
      return (0..<count).compactMap { groups?[$0].map(GroupListing.init) }.sorted { $0.id < $1.id }
    } start: { client, options, queue in
      rd_kafka_ListConsumerGroups(client, options, queue)
    }
  }

  /// These groups with their members. One that does not exist is `dead`.
  public func describeGroups(_ ids: [String]) async throws -> [GroupDescription] {
    guard !ids.isEmpty else { return [] }
    return try await call(RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "Admin.describeGroups") { event in
      var count = 0
      let groups = rd_kafka_DescribeConsumerGroups_result_groups(rd_kafka_event_DescribeConsumerGroups_result(event), &count)
      return (0..<count).compactMap { groups?[$0].map(GroupDescription.init) }
    } start: { client, options, queue in
      withCStrings(ids) { rd_kafka_DescribeConsumerGroups(client, $0, ids.count, options, queue) }
    }
  }

  /// Deletes groups and their offsets; only groups without members can go.
  /// - Returns: the groups that failed.
  public func deleteGroups(_ ids: [String]) async throws -> [String: KafkaError] {
    guard !ids.isEmpty else { return [:] }
    let place = "Admin.deleteGroups"
    return try await call(RD_KAFKA_ADMIN_OP_DELETEGROUPS, place) { event in
      var count = 0
      return Self.groupFailures(rd_kafka_DeleteGroups_result_groups(rd_kafka_event_DeleteGroups_result(event), &count), count, where: place)
    } start: { client, options, queue in
      var native = ids.map { rd_kafka_DeleteGroup_new($0) }
      defer { rd_kafka_DeleteGroup_destroy_array(&native, native.count) }
      rd_kafka_DeleteGroups(client, &native, native.count, options, queue)
    }
  }

  /// A group's committed offsets.
  /// - Parameter partitions: which ones; nil is all that the group has.
  /// - Returns: the next offset of each; left out where the group has none.
  public func groupOffsets(_ group: String, partitions: [TopicPartition]? = nil) async throws -> [TopicPartition: Int64] {
    let place = "Admin.groupOffsets"
    return try await call(RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, place) { event in
      var count = 0
      let groups = rd_kafka_ListConsumerGroupOffsets_result_groups(rd_kafka_event_ListConsumerGroupOffsets_result(event), &count)
      let entries = try Self.partitions(groups, count, where: place)
      if let first = Self.failures(entries, where: place).values.first { throw first }
      return entries.reduce(into: [:]) { found, entry in
        if entry.offset >= 0 { found[entry.partition] = entry.offset }
      }
    } start: { client, options, queue in
      let list = try TopicPartitionList(partitions ?? [])
      var native: [OpaquePointer?] = [rd_kafka_ListConsumerGroupOffsets_new(group, partitions == nil ? nil : list.pointer)]
      defer { rd_kafka_ListConsumerGroupOffsets_destroy_array(&native, native.count) }
      rd_kafka_ListConsumerGroupOffsets(client, &native, native.count, options, queue)
    }
  }

  /// Sets a group's offsets, backwards, too. The group must have no members.
  /// - Returns: the partitions that failed.
  public func alterGroupOffsets(_ group: String, _ offsets: [TopicPartition: Int64]) async throws -> [TopicPartition: KafkaError] {
    guard !offsets.isEmpty else { return [:] }
    let place = "Admin.alterGroupOffsets"
    return try await call(RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, place) { event in
      var count = 0
      let groups = rd_kafka_AlterConsumerGroupOffsets_result_groups(rd_kafka_event_AlterConsumerGroupOffsets_result(event), &count)
      return Self.failures(try Self.partitions(groups, count, where: place), where: place)
    } start: { client, options, queue in
      let list = try TopicPartitionList(offsets)
      var native: [OpaquePointer?] = [rd_kafka_AlterConsumerGroupOffsets_new(group, list.pointer)]
      defer { rd_kafka_AlterConsumerGroupOffsets_destroy_array(&native, native.count) }
      rd_kafka_AlterConsumerGroupOffsets(client, &native, native.count, options, queue)
    }
  }

  /// Forgets a group's offsets of partitions that no member is subscribed to.
  /// - Returns: the partitions that failed.
  public func deleteGroupOffsets(_ group: String, _ partitions: [TopicPartition]) async throws -> [TopicPartition: KafkaError] {
    guard !partitions.isEmpty else { return [:] }
    let place = "Admin.deleteGroupOffsets"
    return try await call(RD_KAFKA_ADMIN_OP_DELETECONSUMERGROUPOFFSETS, place) { event in
      var count = 0
      let groups = rd_kafka_DeleteConsumerGroupOffsets_result_groups(rd_kafka_event_DeleteConsumerGroupOffsets_result(event), &count)
      return Self.failures(try Self.partitions(groups, count, where: place), where: place)
    } start: { client, options, queue in
      let list = try TopicPartitionList(partitions)
      var native: [OpaquePointer?] = [rd_kafka_DeleteConsumerGroupOffsets_new(group, list.pointer)]
      defer { rd_kafka_DeleteConsumerGroupOffsets_destroy_array(&native, native.count) }
      rd_kafka_DeleteConsumerGroupOffsets(client, &native, native.count, options, queue)
    }
  }
}
