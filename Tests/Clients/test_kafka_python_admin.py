"""kafka-python 3: the admin client and groups of consumers."""

import threading

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, MemberToRemove, NewPartitions, NewTopic, OffsetSpec
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor
from kafka.errors import (
    CommitFailedError, InvalidPartitionsError, InvalidReplicationFactorError, InvalidTopicError, NoError, RebalanceInProgressError,
    TopicAlreadyExistsError, UnknownTopicOrPartitionError,
)
from kafka.structs import OffsetAndMetadata

from waiting import eventually


@pytest.fixture
def client(bootstrap):
    made = KafkaAdminClient(bootstrap_servers=bootstrap)
    yield made
    made.close()


def test_topics(client, name):
    subject = name("topic")
    client.create_topics([NewTopic(name=subject, num_partitions=2, replication_factor=1)])
    eventually(lambda: subject in client.list_topics(), "the topic is listed")
    described = client.describe_topics([subject])[0]
    assert [p["partition_index"] for p in described["partitions"]] == [0, 1]
    with pytest.raises(TopicAlreadyExistsError):
        client.create_topics([NewTopic(name=subject, num_partitions=2, replication_factor=1)])
    with pytest.raises(InvalidTopicError):
        client.create_topics([NewTopic(name="no/name", num_partitions=2, replication_factor=1)])
    with pytest.raises(InvalidReplicationFactorError):
        client.create_topics([NewTopic(name=name("three"), num_partitions=2, replication_factor=30)])
    client.create_partitions({subject: NewPartitions(total_count=4)})
    eventually(lambda: len(client.describe_topics([subject])[0]["partitions"]) == 4, "four partitions")
    with pytest.raises(InvalidPartitionsError):
        client.create_partitions({subject: NewPartitions(total_count=1)})
    client.delete_topics([subject])
    eventually(lambda: subject not in client.list_topics(), "the topic is gone")
    with pytest.raises(UnknownTopicOrPartitionError):
        client.delete_topics([subject])


def test_configurations(client, topic):
    subject = topic(config={})

    def value(key):
        found = client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, subject)], config_filter="all")
        return found["topic"][subject][key]["value"]

    assert value("retention.ms") == "604800000"
    for incremental, wanted in ((True, "1234567"), (False, "7654321")):
        resource = ConfigResource(ConfigResourceType.TOPIC, subject, configs={"retention.ms": wanted})
        assert client.alter_configs([resource], incremental=incremental)["topic"][subject] == "OK"
        assert eventually(lambda: value("retention.ms") == wanted, "the configuration is altered")  # noqa: B023
    client.reset_configs([ConfigResource(ConfigResourceType.TOPIC, subject, configs={"retention.ms": None})])
    eventually(lambda: value("retention.ms") == "604800000", "the default is back")


def test_the_cluster(client):
    cluster = client.describe_cluster()
    assert cluster["cluster_id"] and cluster["brokers"] and cluster["controller_id"] in [b["broker_id"] for b in cluster["brokers"]]


def test_list_offsets_and_delete_records(client, bootstrap, topic):
    subject = topic()
    part = TopicPartition(subject, 0)
    producer = KafkaProducer(bootstrap_servers=bootstrap)
    for timestamp in (1000, 9000, 5000, 6000):
        producer.send(subject, value=b"x", timestamp_ms=timestamp).get(timeout=20)
    producer.close()

    def offset(spec):
        found = client.list_partition_offsets({part: spec})[part]
        return found.offset, found.timestamp

    assert offset(OffsetSpec.EARLIEST)[0] == 0
    assert offset(OffsetSpec.LATEST)[0] == 4
    assert offset(OffsetSpec.MAX_TIMESTAMP) == (1, 9000)
    assert offset(9000) == (1, 9000)
    assert client.delete_records({part: 3})[part]["low_watermark"] == 3
    assert offset(OffsetSpec.EARLIEST)[0] == 3


def subscribed(topic, **settings):
    """A consumer that knows the topic's partitions, and knows that it subscribes to them, before it joins its group.

    kafka-python 3.0.12 notes the partitions of what it subscribes to with the next metadata. A leader that dealt them out before joins again when
    they come, and where a poll ends in the middle of that, the next one takes the new note for the end of it: nobody waits for the join's end
    then, no heartbeat is sent, and the member is lost until it is closed (`ConsumerCoordinator.need_rejoin`).
    """
    consumer = KafkaConsumer(**settings)
    consumer.subscribe([topic])
    eventually(lambda: consumer.partitions_for_topic(topic), "the consumer knows the topic", 20)
    return consumer


class Members:
    """kafka-python consumers in threads; each polls until it is told to stop."""

    def __init__(self, bootstrap, group_id, topic, assignor):
        self.settings = {
            "bootstrap_servers": bootstrap, "group_id": group_id, "partition_assignment_strategy": [assignor], "session_timeout_ms": 6000,
            "heartbeat_interval_ms": 300, "auto_offset_reset": "earliest", "enable_auto_commit": False,
        }
        self.topic = topic
        self.values = []
        self.running = []

    def join(self):
        consumer = subscribed(self.topic, **self.settings)
        stop, held = threading.Event(), []

        def poll():
            while not stop.is_set():
                polled = consumer.poll(timeout_ms=100)
                try:
                    if polled:
                        consumer.commit()
                    self.values.extend(int(m.value) for batch in polled.values() for m in batch)
                except (CommitFailedError, RebalanceInProgressError):
                    # Refused while the group rebalances: whoever owns the partition then reads its records again.
                    for partition in consumer.assignment() & polled.keys():
                        consumer.seek(partition, polled[partition][0].offset)
                held[:] = sorted(p.partition for p in consumer.assignment())
            consumer.close(autocommit=False)

        thread = threading.Thread(target=poll, daemon=True)
        thread.start()
        self.running.append((thread, stop, held))

    def leave(self):
        thread, stop, _ = self.running.pop()
        stop.set()
        thread.join(20)
        assert not thread.is_alive()

    def dealt_out(self, partitions):
        held = [list(h) for _, _, h in self.running]
        return sorted(sum(held, [])) == list(range(partitions)) and all(held) and held


@pytest.mark.parametrize("assignor", [RangePartitionAssignor, CooperativeStickyAssignor])
def test_three_members_join_and_leave(client, bootstrap, topic, name, assignor):
    subject, group_id = topic(partitions=6), name("group")
    members = Members(bootstrap, group_id, subject, assignor)
    try:
        for _ in range(3):
            members.join()
        eventually(lambda: members.dealt_out(6), "three members share six partitions", 40)
        producer = KafkaProducer(bootstrap_servers=bootstrap)
        for index in range(60):
            producer.send(subject, value=b"%d" % index, partition=index % 6)
        producer.close()
        eventually(lambda: sorted(members.values) == list(range(60)), "each record came to one of them", 20)

        def stable():
            described = client.describe_groups([group_id])[group_id]
            return described["group_state"] == "Stable" and len(described["members"]) == 3

        eventually(stable, "the three are described", 40)
        members.leave()
        eventually(lambda: members.dealt_out(6), "two members share what the third left", 30)
    finally:
        while members.running:
            members.leave()
    assert sorted(members.values) == list(range(60))
    described = eventually(
        lambda: (d := client.describe_groups([group_id])[group_id])["group_state"] == "Empty" and d, "the group is empty"
    )
    assert described["members"] == [] or not described["members"]
    assert group_id in [g["group_id"] for g in client.list_groups()]
    assert client.delete_groups([group_id])[group_id] == "OK"
    assert group_id not in [g["group_id"] for g in client.list_groups()]


def test_offsets_of_a_group(client, topic, name):
    subject, group_id = topic(partitions=2), name("group")
    parts = [TopicPartition(subject, p) for p in (0, 1)]

    def offsets():
        found = client.list_group_offsets({group_id: None})[group_id]
        return {p.partition: o.offset for p, o in found.items() if o.offset >= 0}

    wanted = {parts[0]: OffsetAndMetadata(5, "five", None), parts[1]: OffsetAndMetadata(6, "", None)}
    assert set(client.alter_group_offsets(group_id, wanted).values()) == {NoError}
    assert offsets() == {0: 5, 1: 6}
    assert set(client.delete_group_offsets(group_id, [parts[0]]).values()) == {NoError}
    assert offsets() == {1: 6}


def test_a_member_is_removed_by_an_admin(client, bootstrap, topic, name):
    subject, group_id = topic(), name("group")
    consumer = subscribed(
        subject, bootstrap_servers=bootstrap, group_id=group_id, group_instance_id="static", session_timeout_ms=30_000
    )
    eventually(lambda: consumer.poll(timeout_ms=100) is not None and consumer.assignment(), "the member has its partition", 20)
    removed = client.remove_group_members(group_id, [MemberToRemove(group_instance_id="static")])
    assert set(removed.values()) == {NoError}
    assert not client.describe_groups([group_id])[group_id]["members"]
    consumer.close(autocommit=False)
