"""confluent-kafka's admin client."""

import pytest
from confluent_kafka import (
    Consumer, ConsumerGroupState, ConsumerGroupTopicPartitions, IsolationLevel, KafkaError, KafkaException, Producer, TopicCollection,
    TopicPartition,
)
from confluent_kafka.admin import (
    AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic, OffsetSpec, ResourceType,
)

from test_confluent_records import read, write
from waiting import eventually


def refused(future, code):
    with pytest.raises(KafkaException) as raised:
        future.result(20)
    assert raised.value.args[0].code() == code, raised.value


def test_topics_are_created_described_grown_and_deleted(admin, name):
    subject = name("topic")
    admin.create_topics([NewTopic(subject, 2, 1, config={"retention.ms": "12345678"})])[subject].result(20)
    described = admin.describe_topics(TopicCollection([subject]))[subject].result(20)
    assert (described.name, len(described.partitions), described.is_internal) == (subject, 2, False)
    assert all(p.leader is not None and len(p.replicas) == 1 and len(p.isr) == 1 for p in described.partitions)
    assert str(described.topic_id) not in ("", "AAAAAAAAAAAAAAAAAAAAAA")
    admin.create_partitions([NewPartitions(subject, 5)])[subject].result(20)
    eventually(lambda: len(admin.list_topics(subject, timeout=5).topics[subject].partitions) == 5, "five partitions")
    refused(admin.create_partitions([NewPartitions(subject, 5)])[subject], KafkaError.INVALID_PARTITIONS)
    refused(admin.create_partitions([NewPartitions(subject, 3)])[subject], KafkaError.INVALID_PARTITIONS)
    admin.delete_topics([subject])[subject].result(20)
    eventually(lambda: subject not in admin.list_topics(timeout=5).topics, "the topic is gone")
    refused(admin.delete_topics([subject])[subject], KafkaError.UNKNOWN_TOPIC_OR_PART)
    refused(admin.describe_topics(TopicCollection([subject]))[subject], KafkaError.UNKNOWN_TOPIC_OR_PART)


def test_a_deleted_and_created_topic_starts_empty(bootstrap, admin, name):
    subject = name("topic")
    for round_ in range(2):
        admin.create_topics([NewTopic(subject, 1, 1)])[subject].result(20)
        eventually(lambda: subject in admin.list_topics(timeout=5).topics, "the topic is there")
        delivered = write(bootstrap, subject, [f"round {round_}".encode()])
        assert [m.offset() for m in delivered] == [0]
        assert [m.value() for m in read(bootstrap, subject, 1)] == [f"round {round_}".encode()]
        admin.delete_topics([subject])[subject].result(20)
        eventually(lambda: subject not in admin.list_topics(timeout=5).topics, "the topic is gone")


def test_what_cannot_be_created(admin, topic, name):
    existing = topic()
    cases = [
        (NewTopic(existing, 1, 1), KafkaError.TOPIC_ALREADY_EXISTS),
        (NewTopic("a name with blanks", 1, 1), KafkaError.TOPIC_EXCEPTION),
        (NewTopic("x" * 250, 1, 1), KafkaError.TOPIC_EXCEPTION),
        (NewTopic("..", 1, 1), KafkaError.TOPIC_EXCEPTION),
        (NewTopic(name("none"), 0, 1), KafkaError.INVALID_PARTITIONS),
        (NewTopic(name("replicas"), 1, 99), KafkaError.INVALID_REPLICATION_FACTOR),
        (NewTopic(name("unknown"), 1, 1, config={"no.such.config": "1"}), KafkaError.INVALID_CONFIG),
        (NewTopic(name("invalid"), 1, 1, config={"retention.ms": "soon"}), KafkaError.INVALID_CONFIG),
        (NewTopic(name("policy"), 1, 1, config={"cleanup.policy": "burn"}), KafkaError.INVALID_CONFIG),
    ]
    for new, code in cases:
        refused(admin.create_topics([new])[new.topic], code)
    checked = name("checked")
    admin.create_topics([NewTopic(checked, 1, 1)], validate_only=True)[checked].result(20)
    assert checked not in admin.list_topics(timeout=5).topics


def test_configurations_are_described_and_altered(admin, topic):
    subject = topic(config={"cleanup.policy": "compact"})

    def resource(*changes):
        return ConfigResource(ResourceType.TOPIC, subject, incremental_configs=list(changes) or None)

    def entries():
        plain = ConfigResource(ResourceType.TOPIC, subject)
        return {k: v for future in admin.describe_configs([plain]).values() for k, v in future.result(20).items()}

    def alter(*changes, **more):
        return next(iter(admin.incremental_alter_configs([resource(*changes)], **more).values()))

    def entry(key, value, operation):
        return ConfigEntry(key, value, incremental_operation=operation)

    before = entries()
    assert before["cleanup.policy"].value == "compact" and not before["cleanup.policy"].is_default
    assert before["retention.ms"].value == "604800000" and before["retention.ms"].is_default
    for key in ("segment.bytes", "segment.ms", "max.message.bytes", "min.insync.replicas", "message.timestamp.type", "compression.type"):
        assert key in before
    alter(
        entry("retention.ms", "86400000", AlterConfigOpType.SET), entry("cleanup.policy", "delete", AlterConfigOpType.APPEND)
    ).result(20)
    after = eventually(lambda: (e := entries())["retention.ms"].value == "86400000" and e, "the new retention")
    assert sorted(after["cleanup.policy"].value.split(",")) == ["compact", "delete"]
    alter(
        entry("retention.ms", None, AlterConfigOpType.DELETE), entry("cleanup.policy", "compact", AlterConfigOpType.SUBTRACT)
    ).result(20)
    after = eventually(lambda: (e := entries())["retention.ms"].value == "604800000" and e, "the default again")
    assert after["cleanup.policy"].value == "delete" and after["retention.ms"].is_default
    refused(alter(entry("retention.ms", "soon", AlterConfigOpType.SET)), KafkaError.INVALID_CONFIG)
    refused(alter(entry("no.such.config", "1", AlterConfigOpType.SET)), KafkaError.INVALID_CONFIG)
    alter(entry("retention.ms", "1", AlterConfigOpType.SET), validate_only=True).result(20)
    assert entries()["retention.ms"].value == "604800000"
    unknown = ConfigResource(ResourceType.TOPIC, "no." + subject)
    refused(next(iter(admin.describe_configs([unknown]).values())), KafkaError.UNKNOWN_TOPIC_OR_PART)


def test_the_configuration_of_the_broker(admin):
    node = admin.describe_cluster().result(20).nodes[0]
    resource = ConfigResource(ResourceType.BROKER, str(node.id))
    entries = next(iter(admin.describe_configs([resource]).values())).result(20)
    assert entries["log.retention.check.interval.ms"].value.isdigit()


def test_the_cluster(admin, bootstrap):
    cluster = admin.describe_cluster().result(20)
    assert cluster.cluster_id and cluster.nodes and cluster.controller.id in [n.id for n in cluster.nodes]
    assert any(bootstrap.split(",")[0].endswith(f":{n.port}") for n in cluster.nodes)
    assert admin.list_topics(timeout=10).cluster_id == cluster.cluster_id


def test_offsets_are_listed(bootstrap, admin, topic):
    subject = topic()
    producer = Producer({"bootstrap.servers": bootstrap})
    for timestamp in (1_000, 9_000, 5_000):
        producer.produce(subject, value=str(timestamp), partition=0, timestamp=timestamp)
        producer.flush(10)
    part = TopicPartition(subject, 0)

    def listed(spec, level=IsolationLevel.READ_UNCOMMITTED):
        result = next(iter(admin.list_offsets({part: spec}, isolation_level=level).values())).result(20)
        return result.offset, result.timestamp

    assert listed(OffsetSpec.earliest())[0] == 0
    assert listed(OffsetSpec.latest())[0] == 3
    assert listed(OffsetSpec.latest(), IsolationLevel.READ_COMMITTED)[0] == 3
    assert listed(OffsetSpec.max_timestamp()) == (1, 9_000)
    assert listed(OffsetSpec.for_timestamp(1_001)) == (1, 9_000), "the first one at or after the time, in the order of offsets"
    assert listed(OffsetSpec.for_timestamp(9_001))[0] == -1


def test_records_are_deleted_up_to_an_offset(bootstrap, admin, topic):
    subject = topic()
    write(bootstrap, subject, [str(i).encode() for i in range(10)])
    deleted = next(iter(admin.delete_records([TopicPartition(subject, 0, 7)]).values())).result(20)
    assert deleted.low_watermark == 7
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused"})
    assert consumer.get_watermark_offsets(TopicPartition(subject, 0), timeout=10) == (7, 10)
    consumer.close()
    assert [m.value() for m in read(bootstrap, subject, 3)] == [b"7", b"8", b"9"]
    refused(next(iter(admin.delete_records([TopicPartition(subject, 0, 11)]).values())), KafkaError.OFFSET_OUT_OF_RANGE)
    all_of_it = next(iter(admin.delete_records([TopicPartition(subject, 0, -1)]).values())).result(20)
    assert all_of_it.low_watermark == 10


def test_groups_are_listed_described_and_deleted(bootstrap, admin, topic, name):
    subject, group_id = topic(partitions=2), name("group")
    member = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group_id, "client.id": "the member", "enable.auto.commit": False,
        "partition.assignment.strategy": "range",
    })
    member.subscribe([subject])
    eventually(lambda: member.poll(0.1) is None and len(member.assignment()) == 2, "the member has its partitions", 20)
    listed = {g.group_id: g for g in admin.list_consumer_groups().result(20).valid}
    assert listed[group_id].state == ConsumerGroupState.STABLE and not listed[group_id].is_simple_consumer_group
    only_empty = admin.list_consumer_groups(states={ConsumerGroupState.EMPTY}).result(20).valid
    assert group_id not in [g.group_id for g in only_empty]
    described = admin.describe_consumer_groups([group_id])[group_id].result(20)
    assert (described.state, described.partition_assignor, len(described.members)) == (ConsumerGroupState.STABLE, "range", 1)
    one = described.members[0]
    assert one.client_id == "the member" and one.member_id.startswith("the member-") and one.host
    assert sorted(p.partition for p in one.assignment.topic_partitions) == [0, 1]
    refused(admin.delete_consumer_groups([group_id])[group_id], KafkaError.NON_EMPTY_GROUP)
    member.close()
    eventually(
        lambda: admin.describe_consumer_groups([group_id])[group_id].result(20).state == ConsumerGroupState.EMPTY, "the group is empty"
    )
    admin.delete_consumer_groups([group_id])[group_id].result(20)
    assert group_id not in [g.group_id for g in admin.list_consumer_groups().result(20).valid]
    refused(admin.delete_consumer_groups([group_id])[group_id], KafkaError.GROUP_ID_NOT_FOUND)


def test_offsets_of_groups_are_listed_and_altered(bootstrap, admin, topic, name):
    subject, group_id = topic(partitions=2), name("group")

    def offsets():
        wanted = ConsumerGroupTopicPartitions(group_id)
        found = admin.list_consumer_group_offsets([wanted])[group_id].result(20).topic_partitions
        return {p.partition: p.offset for p in found}

    def alter(*parts):
        return admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group_id, list(parts))])[group_id]

    assert offsets() == {}
    alter(TopicPartition(subject, 0, 5), TopicPartition(subject, 1, 6)).result(20)
    assert offsets() == {0: 5, 1: 6}
    alter(TopicPartition(subject, 1, 1)).result(20)
    assert offsets() == {0: 5, 1: 1}
    member = Consumer({"bootstrap.servers": bootstrap, "group.id": group_id, "enable.auto.commit": False})
    member.subscribe([subject])
    eventually(lambda: member.poll(0.1) is None and member.assignment(), "the group has a member", 20)
    refusals = [p.error.code() for p in alter(TopicPartition(subject, 0, 1)).result(20).topic_partitions]
    assert refusals == [KafkaError.UNKNOWN_MEMBER_ID], "a group with members keeps its offsets to itself"
    member.close()
    assert offsets() == {0: 5, 1: 1}


def test_offsets_of_a_deleted_topic_are_forgotten(admin, topic, name):
    subject, group_id = topic(), name("group")
    wanted = ConsumerGroupTopicPartitions(group_id, [TopicPartition(subject, 0, 5)])
    admin.alter_consumer_group_offsets([wanted])[group_id].result(20)
    admin.delete_topics([subject])[subject].result(20)

    def left():
        found = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(group_id)])[group_id].result(20)
        return [p for p in found.topic_partitions if p.offset >= 0]

    eventually(lambda: not left(), "no offset of the deleted topic")
