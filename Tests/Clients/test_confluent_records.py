"""confluent-kafka (librdkafka 2.16): records in and out, and reading by time."""

import time

import pytest
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Producer, TopicPartition

from waiting import Deadline


def read(bootstrap, topic, count, seconds=20, offset=OFFSET_BEGINNING, partitions=1, **settings):
    """Reads `count` records of a topic, without a group."""
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "unused." + topic, "enable.auto.commit": False, "auto.offset.reset": "error", **settings
    })
    found, deadline = [], Deadline(seconds, f"{count} records of {topic}")
    try:
        consumer.assign([TopicPartition(topic, p, offset) for p in range(partitions)])
        while len(found) < count and deadline.check(len(found)):
            message = consumer.poll(0.5)
            if message is not None:
                assert not message.error(), message.error()
                found.append(message)
        return found
    finally:
        consumer.close()


def write(bootstrap, topic, values, **settings):
    """Writes values to partition 0 and answers the delivered messages."""
    delivered = []
    producer = Producer({"bootstrap.servers": bootstrap, **settings})
    for value in values:
        producer.produce(topic, value=value, partition=0, on_delivery=lambda error, message: delivered.append((error, message)))
    assert producer.flush(20) == 0
    assert [e for e, _ in delivered if e] == []
    return [m for _, m in delivered]


@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_keys_values_headers_nulls_and_timestamps(bootstrap, topic, acks):
    subject = topic()
    now = int(time.time() * 1000)
    records = [
        {"key": b"k", "value": b"v", "headers": [("a", b"1"), ("a", b"2"), ("none", None), ("empty", b"")], "timestamp": now},
        {"key": None, "value": b"no key", "timestamp": now - 5000},
        {"key": b"tombstone", "value": None, "timestamp": now + 1},
        {"key": b"", "value": b"", "timestamp": 1},
        {"key": bytes(range(256)), "value": b"\x00" * 100_000, "timestamp": now},
    ]
    producer = Producer({"bootstrap.servers": bootstrap, "acks": acks})
    for record in records:
        producer.produce(subject, partition=0, **record)
    assert producer.flush(20) == 0
    found = read(bootstrap, subject, len(records))
    for index, (message, record) in enumerate(zip(found, records, strict=True)):
        assert (message.key(), message.value(), message.offset()) == (record["key"], record["value"], index)
        assert message.timestamp() == (1, record["timestamp"]), "type 1 is the producer's time"
        assert (message.headers() or []) == record.get("headers", [])


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_many_records_compressed(bootstrap, topic, codec):
    subject = topic(partitions=3)
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 20, "enable.idempotence": True})
    for index in range(5000):
        producer.produce(subject, key=str(index % 50), value=f"value {index} " * 10)
    assert producer.flush(30) == 0
    found = read(bootstrap, subject, 5000, partitions=3)
    by_key = {}
    for message in found:
        by_key.setdefault(message.key(), []).append(int(message.value().split()[1]))
    assert sorted(sum(by_key.values(), [])) == list(range(5000)), "each once"
    assert all(values == sorted(values) for values in by_key.values()), "in order for each key"


def test_the_large_and_the_too_large(bootstrap, topic):
    subject = topic(config={"max.message.bytes": "200000"})
    write(bootstrap, subject, [b"x" * 150_000])
    producer = Producer({"bootstrap.servers": bootstrap, "message.max.bytes": 2_000_000})
    errors = []
    producer.produce(subject, value=b"x" * 300_000, partition=0, on_delivery=lambda error, _: errors.append(error))
    assert producer.flush(20) == 0
    assert [e.code() for e in errors] == [KafkaError.MSG_SIZE_TOO_LARGE]
    assert len(read(bootstrap, subject, 1)) == 1


def test_a_record_larger_than_the_fetch_limit_is_read(bootstrap, topic):
    """A fetch answers with at least one whole batch, however small the limit of the client (KIP-74)."""
    subject = topic()
    write(bootstrap, subject, [b"y" * 700_000, b"z" * 10])
    found = read(bootstrap, subject, 2, **{"fetch.message.max.bytes": 1000, "fetch.max.bytes": 1_000_000})
    assert [len(m.value()) for m in found] == [700_000, 10]


def test_offsets_by_time(bootstrap, topic):
    subject = topic(partitions=2)
    producer = Producer({"bootstrap.servers": bootstrap})
    base = 1_700_000_000_000
    for index in range(100):
        producer.produce(subject, value=str(index), partition=0, timestamp=base + index * 1000)
        producer.flush(10)
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused." + subject})

    def at(time_, partition=0):
        return consumer.offsets_for_times([TopicPartition(subject, partition, time_)], timeout=10)[0].offset

    assert [at(base - 1), at(base), at(base + 1), at(base + 50_000), at(base + 98_001), at(base + 99_000)] == [0, 0, 1, 50, 99, 99]
    assert at(base + 99_001) == -1, "nothing that late"
    assert at(base, partition=1) == -1, "nothing at all"
    assert consumer.get_watermark_offsets(TopicPartition(subject, 0), timeout=10) == (0, 100)
    assert consumer.get_watermark_offsets(TopicPartition(subject, 1), timeout=10) == (0, 0)
    consumer.close()
    assert [m.value() for m in read(bootstrap, subject, 2, offset=98)] == [b"98", b"99"]


def test_offsets_out_of_range_are_reported_or_reset(bootstrap, topic):
    subject = topic()
    write(bootstrap, subject, [b"a", b"b", b"c"])
    for reset, expected in (("earliest", 0), ("latest", None), ("error", KafkaError._AUTO_OFFSET_RESET)):
        consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused." + subject, "auto.offset.reset": reset})
        consumer.assign([TopicPartition(subject, 0, 1000)])
        deadline = Deadline(15, f"an offset out of range is answered by {reset}")
        if reset == "latest":
            # The consumer stands at the end once a record that is written now comes back as the first one.
            message = None
            while message is None and deadline.check():
                write(bootstrap, subject, [b"late"])
                message = consumer.poll(1)
            assert message.value() == b"late" and message.offset() >= 3
        else:
            message = None
            while message is None and deadline.check():
                message = consumer.poll(1)
            assert (message.error().code() if message.error() else message.offset()) == expected
        consumer.close()


def test_topics_that_are_not_there(bootstrap, name):
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": name("group"), "allow.auto.create.topics": False,
        "topic.metadata.refresh.interval.ms": 500,
    })
    consumer.subscribe([name("missing")])
    deadline, message = Deadline(20, "the consumer hears that the topic is unknown"), None
    while message is None and deadline.check():
        message = consumer.poll(1)
    assert message.error().code() == KafkaError.UNKNOWN_TOPIC_OR_PART
    consumer.close()
    errors = []
    producer = Producer({"bootstrap.servers": bootstrap, "message.timeout.ms": 8000})
    producer.produce("not/a*name", value=b"x", on_delivery=lambda error, _: errors.append(error))
    try:
        producer.flush(20)
    except KafkaException as error:
        errors.append(error.args[0])
    assert [e.code() for e in errors] in ([KafkaError.TOPIC_EXCEPTION], [KafkaError._UNKNOWN_TOPIC], [KafkaError._MSG_TIMED_OUT])


def test_an_idempotent_producer_keeps_order_with_many_requests_in_flight(bootstrap, topic):
    subject = topic()
    write(
        bootstrap, subject, [str(i).encode() for i in range(20_000)],
        **{"enable.idempotence": True, "batch.num.messages": 50, "max.in.flight.requests.per.connection": 5, "queue.buffering.max.ms": 0},
    )
    assert [int(m.value()) for m in read(bootstrap, subject, 20_000)] == list(range(20_000))
