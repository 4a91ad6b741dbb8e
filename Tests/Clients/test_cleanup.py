"""Retention and compaction, seen by a client: what is gone, and what must stay."""

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import ConfigResource, ResourceType

from test_confluent_records import write
from waiting import Deadline, eventually


def low_watermark(bootstrap, topic):
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused"})
    try:
        return consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[0]
    finally:
        consumer.close()


def everything(bootstrap, topic, **settings):
    """All records that can be read now, up to the end."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "unused", "auto.offset.reset": "earliest", "enable.partition.eof": True, **settings
    })
    found, deadline = [], Deadline(20, f"the end of {topic}")
    try:
        consumer.assign([TopicPartition(topic, 0, 0)])
        while deadline.check(len(found)):
            message = consumer.poll(0.5)
            if message is not None and message.error():
                return found
            if message is not None:
                found.append(message)
    finally:
        consumer.close()


@pytest.fixture
def quick_retention(admin):
    """Skips where the broker looks for old segments too seldom for a test, as Kafka's default of five minutes does."""
    node = admin.describe_cluster().result(20).nodes[0]
    resource = ConfigResource(ResourceType.BROKER, str(node.id))
    interval = int(admin.describe_configs([resource])[resource].result(20)["log.retention.check.interval.ms"].value)
    if interval > 10_000:
        pytest.skip(f"the broker applies retention every {interval} ms (log.retention.check.interval.ms)")


@pytest.mark.parametrize(
    "config", [{"retention.ms": "1000", "segment.ms": "500"}, {"retention.bytes": "1500000", "segment.bytes": "1048576"}], ids=["time", "size"]
)
def test_old_segments_are_dropped(bootstrap, topic, quick_retention, config):
    subject = topic(config=config)

    def dropped():
        write(bootstrap, subject, [b"x" * 100_000] * 5)  # Segments are only rolled by a later record.
        return low_watermark(bootstrap, subject)

    low = eventually(dropped, "the log starts later", 40, pause=0.5)
    assert all(m.offset() >= low for m in everything(bootstrap, subject))


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_compaction_keeps_the_last_value_of_each_key(bootstrap, topic, codec):
    """The cleaner looks every 15 s, as Kafka's does. Offsets of what stays do not change."""
    subject = topic(config={
        "cleanup.policy": "compact", "segment.ms": "200", "min.cleanable.dirty.ratio": "0.01", "delete.retention.ms": "0",
        "min.compaction.lag.ms": "0",
    })
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 5})
    last = {}

    def remember(error, message):
        assert error is None
        last[message.key()] = (message.value(), message.offset())

    for round_ in range(20):
        for key in range(10):
            producer.produce(subject, key=f"key{key}", value=f"{round_}", partition=0, headers={"round": str(round_)}, on_delivery=remember)
        producer.produce(subject, key="deleted", value=None if round_ == 19 else "x", partition=0, on_delivery=remember)
        assert producer.flush(20) == 0
    written = 11 * 20

    def compacted():
        # Records of another key roll the segment: the active one is never compacted.
        producer.produce(subject, key="tick", value="tick", partition=0)
        producer.flush(10)
        found = [m for m in everything(bootstrap, subject) if m.offset() < written]
        return len(found) < written // 2 and found

    found = eventually(compacted, "old values are gone", 55, pause=1)
    assert low_watermark(bootstrap, subject) == 0, "compaction does not move the start of the log"
    kept = {m.key(): (m.value(), m.offset()) for m in found}
    for number in range(10):
        key = f"key{number}".encode()
        assert kept[key] == last[key]
    assert [m.offset() for m in found] == sorted(m.offset() for m in found)
    assert all(m.headers() == [("round", b"19")] for m in found if m.key() != b"deleted" and m.offset() >= written - 11)
