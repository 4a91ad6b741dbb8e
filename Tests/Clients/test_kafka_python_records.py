"""kafka-python 3: records, offsets by time, and transactions."""

import pytest
from kafka import KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, MessageSizeTooLargeError, OffsetOutOfRangeError
from kafka.structs import OffsetAndMetadata

from waiting import Deadline


def read(bootstrap, topic, count, partitions=1, seconds=20, **settings):
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest", **settings)
    try:
        parts = [TopicPartition(topic, p) for p in range(partitions)]
        consumer.assign(parts)
        consumer.seek_to_beginning(*parts)
        found, deadline = [], Deadline(seconds, f"{count} records of {topic}")
        while len(found) < count and deadline.check(len(found)):
            for batch in consumer.poll(timeout_ms=500).values():
                found += batch
        return found
    finally:
        consumer.close()


@pytest.fixture
def producer(bootstrap):
    made = []

    def make(**settings):
        made.append(KafkaProducer(bootstrap_servers=bootstrap, **settings))
        return made[-1]

    yield make
    for one in made:
        one.close(timeout=5)


@pytest.mark.parametrize("idempotent", [True, False])
def test_keys_values_headers_nulls_and_timestamps(bootstrap, topic, producer, idempotent):
    subject = topic()
    writer = producer(acks="all", enable_idempotence=idempotent)
    records = [
        (b"k", b"v", [("a", b"1"), ("b", b"")], 1_700_000_000_000),
        (None, b"no key", [], 1_700_000_001_000),
        (b"tombstone", None, [], 1_600_000_000_000),
        (b"large", b"x" * 500_000, [], 1_700_000_002_000),
    ]
    sent = [
        writer.send(subject, key=k, value=v, headers=h, timestamp_ms=t, partition=0).get(timeout=20) for k, v, h, t in records
    ]
    assert [m.offset for m in sent] == [0, 1, 2, 3]
    found = read(bootstrap, subject, 4)
    assert [(m.key, m.value, list(m.headers), m.timestamp) for m in found] == records


@pytest.mark.parametrize("codec", [None, "gzip", "snappy", "lz4", "zstd"])
def test_compressed(bootstrap, topic, producer, codec):
    subject = topic(partitions=2)
    writer = producer(compression_type=codec, linger_ms=20)
    sent = [writer.send(subject, key=str(i).encode(), value=b"value %d " % i * 20) for i in range(1000)]
    writer.flush(timeout=20)
    assert all(s.get(timeout=5) for s in sent)
    found = read(bootstrap, subject, 1000, partitions=2)
    assert sorted(int(m.key) for m in found) == list(range(1000))
    assert all(m.value == b"value %d " % int(m.key) * 20 for m in found)


def test_a_record_that_is_too_large(topic, producer):
    subject = topic(config={"max.message.bytes": "10000"})
    with pytest.raises(MessageSizeTooLargeError):
        producer(max_request_size=5_000_000).send(subject, b"x" * 50_000).get(timeout=20)


def test_offsets_by_time_and_the_ends(bootstrap, topic, producer):
    subject = topic()
    part, base = TopicPartition(subject, 0), 1_700_000_000_000
    writer = producer()
    for index in range(10):
        writer.send(subject, value=b"%d" % index, timestamp_ms=base + index * 1000).get(timeout=20)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap)
    found = consumer.offsets_for_times({part: base + 2500})[part]
    assert (found.offset, found.timestamp) == (3, base + 3000)
    assert consumer.offsets_for_times({part: base + 100_000})[part] is None
    assert (consumer.beginning_offsets([part]), consumer.end_offsets([part])) == ({part: 0}, {part: 10})
    consumer.assign([part])
    consumer.seek(part, 8)
    deadline, values = Deadline(20, "the last two records"), []
    while len(values) < 2 and deadline.check(values):
        for batch in consumer.poll(timeout_ms=500).values():
            values += [m.value for m in batch]
    assert values == [b"8", b"9"]
    consumer.close()


def test_an_offset_out_of_range(bootstrap, topic, producer):
    subject = topic()
    producer().send(subject, b"only one").get(timeout=20)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, auto_offset_reset="none")
    part = TopicPartition(subject, 0)
    consumer.assign([part])
    consumer.seek(part, 500)
    deadline = Deadline(20, "the consumer is told that 500 is out of range")
    with pytest.raises(OffsetOutOfRangeError):
        while deadline.check():
            consumer.poll(timeout_ms=500)
    consumer.close()


def test_transactions_under_both_isolation_levels(bootstrap, topic, producer, name):
    subject = topic()
    writer = producer(transactional_id=name("id"))
    writer.init_transactions()
    for attempt, commits in enumerate([True, False, True]):
        writer.begin_transaction()
        for index in range(2):
            writer.send(subject, value=b"%d.%d" % (attempt, index), partition=0)
        writer.flush(timeout=20)
        writer.commit_transaction() if commits else writer.abort_transaction()
    committed = [m.value for m in read(bootstrap, subject, 4, isolation_level="read_committed")]
    assert committed == [b"0.0", b"0.1", b"2.0", b"2.1"]
    everything = [m.value for m in read(bootstrap, subject, 6, isolation_level="read_uncommitted")]
    assert everything == [b"0.0", b"0.1", b"1.0", b"1.1", b"2.0", b"2.1"]


def test_offsets_sent_with_a_transaction(bootstrap, topic, producer, name):
    subject, group_id = topic(), name("group")
    part = TopicPartition(subject, 0)
    writer = producer(transactional_id=name("id"))
    writer.init_transactions()
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, group_id=group_id, enable_auto_commit=False)
    for offset, commits, expected in ((5, False, None), (7, True, 7)):
        writer.begin_transaction()
        writer.send(subject, value=b"x", partition=0)
        writer.send_offsets_to_transaction({part: OffsetAndMetadata(offset, "", -1)}, group_id)
        writer.commit_transaction() if commits else writer.abort_transaction()
        assert consumer.committed(part) == expected
    consumer.close()


def test_a_zombie_is_fenced(bootstrap, topic, producer, name):
    subject, transactional_id = topic(), name("id")
    zombie = producer(transactional_id=transactional_id)
    zombie.init_transactions()
    zombie.begin_transaction()
    zombie.send(subject, value=b"of the zombie").get(timeout=20)
    successor = producer(transactional_id=transactional_id)
    successor.init_transactions()
    with pytest.raises(KafkaError) as raised:
        zombie.send(subject, value=b"more").get(timeout=20)
        zombie.commit_transaction()
    assert "Fenced" in type(raised.value).__name__ or "Epoch" in type(raised.value).__name__, raised.value
    successor.begin_transaction()
    successor.send(subject, value=b"of the successor")
    successor.commit_transaction()
    assert [m.value for m in read(bootstrap, subject, 1, isolation_level="read_committed")] == [b"of the successor"]
