internal import CRDKafka
internal import Foundation

extension GroupState {
  fileprivate init(_ native: rd_kafka_consumer_group_state_t) {
    let name = rd_kafka_consumer_group_state_name(native).map { String(cString: $0) } ?? ""
    self = GroupState(rawValue: name) ?? .unknown
  }
}

extension GroupListing {
  init(_ native: OpaquePointer) {
    self.init(
      id: rd_kafka_ConsumerGroupListing_group_id(native).map { String(cString: $0) } ?? "",
      state: GroupState(rd_kafka_ConsumerGroupListing_state(native)),
      isSimple: rd_kafka_ConsumerGroupListing_is_simple_consumer_group(native) != 0)
  }
}

extension GroupDescription {
  init(_ native: OpaquePointer) {
    let coordinator = rd_kafka_ConsumerGroupDescription_coordinator(native).map { rd_kafka_Node_id($0) }
    self.init(
      id: rd_kafka_ConsumerGroupDescription_group_id(native).map { String(cString: $0) } ?? "",
      state: GroupState(rd_kafka_ConsumerGroupDescription_state(native)),
      isSimple: rd_kafka_ConsumerGroupDescription_is_simple_consumer_group(native) != 0,
      assignor: rd_kafka_ConsumerGroupDescription_partition_assignor(native).map { String(cString: $0) } ?? "",
      coordinator: coordinator.flatMap { $0 < 0 ? nil : $0 },
      members: (0..<rd_kafka_ConsumerGroupDescription_member_count(native)).compactMap {
        rd_kafka_ConsumerGroupDescription_member(native, $0).map(Member.init)
      }, error: KafkaError.read(rd_kafka_ConsumerGroupDescription_error(native), where: "Admin.describeGroups"))
  }
}

extension GroupDescription.Member {
  fileprivate init(_ native: OpaquePointer) {
    let assignment = rd_kafka_MemberDescription_assignment(native)
    self.init(
      id: rd_kafka_MemberDescription_consumer_id(native).map { String(cString: $0) } ?? "",
      clientID: rd_kafka_MemberDescription_client_id(native).map { String(cString: $0) } ?? "",
      host: rd_kafka_MemberDescription_host(native).map { String(cString: $0) } ?? "",
      instanceID: rd_kafka_MemberDescription_group_instance_id(native).map { String(cString: $0) },
      partitions: assignment.map { TopicPartitionList.entries(of: rd_kafka_MemberAssignment_partitions($0)).map(\.partition) } ?? [])
  }
}

/// Lends strings as an array of C strings.
func withCStrings<R>(_ strings: [String], _ body: (UnsafeMutablePointer<UnsafePointer<CChar>?>?) throws -> R) rethrows -> R {
  let copies = strings.map { strdup($0) }
  defer { for copy in copies { free(copy) } }
  var pointers = copies.map { UnsafePointer($0) }
  return try pointers.withUnsafeMutableBufferPointer { try body($0.baseAddress) }
}
