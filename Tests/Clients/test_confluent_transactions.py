"""confluent-kafka's transactions: all or nothing, seen from both isolation levels."""

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from test_confluent_records import read, write
from waiting import Deadline, eventually


def producer(bootstrap, transactional_id, **settings):
    made = Producer({"bootstrap.servers": bootstrap, "transactional.id": transactional_id, "transaction.timeout.ms": 30_000, **settings})
    made.init_transactions(20)
    return made


def values(messages):
    return [m.value().decode() for m in messages]


def end_offset(bootstrap, topic, isolation):
    """Where a consumer of that isolation level ends: the last stable offset, or the high watermark."""
    consumer = Consumer({"bootstrap.servers": bootstrap, "group.id": "unused." + topic, "isolation.level": isolation})
    try:
        return consumer.get_watermark_offsets(TopicPartition(topic, 0), timeout=10)[1]
    finally:
        consumer.close()


@pytest.mark.parametrize("codec", ["none", "zstd"])
def test_committed_and_aborted_under_both_isolation_levels(bootstrap, topic, name, codec):
    subject = topic()
    writer = producer(bootstrap, name("id"), **{"compression.type": codec})
    for attempt, commits in enumerate([True, False, True, False, False, True]):
        writer.begin_transaction()
        for index in range(3):
            writer.produce(subject, value=f"{attempt}.{index}", partition=0)
        writer.commit_transaction(20) if commits else writer.abort_transaction(20)
        write(bootstrap, subject, [f"{attempt}.outside".encode()])
    everything = [f"{a}.{i}" for a in range(6) for i in (0, 1, 2, "outside")]
    committed = [v for v in everything if v.endswith("outside") or v[0] in "025"]
    # Control records take offsets of their own, and no client shows them.
    kept_all = read(bootstrap, subject, len(committed), **{"isolation.level": "read_committed"})
    assert values(kept_all) == committed
    seen_all = read(bootstrap, subject, 6, **{"isolation.level": "read_uncommitted"})
    # librdkafka's abort purges what it has not sent; what was sent is seen by the uncommitted reader.
    assert [v for v in values(seen_all) if v in committed] == [v for v in committed if v in values(seen_all)]
    assert end_offset(bootstrap, subject, "read_committed") == end_offset(bootstrap, subject, "read_uncommitted")


def test_aborted_records_are_seen_only_uncommitted(bootstrap, topic, name):
    subject = topic()
    writer = producer(bootstrap, name("id"))
    writer.begin_transaction()
    for index in range(5):
        writer.produce(subject, value=f"aborted {index}", partition=0)
    assert writer.flush(20) == 0
    writer.abort_transaction(20)
    write(bootstrap, subject, [b"after"])
    assert values(read(bootstrap, subject, 1, **{"isolation.level": "read_committed"})) == ["after"]
    assert values(read(bootstrap, subject, 6, **{"isolation.level": "read_uncommitted"})) == [f"aborted {i}" for i in range(5)] + ["after"]


def test_an_open_transaction_holds_back_committed_readers(bootstrap, topic, name):
    subject = topic()
    write(bootstrap, subject, [b"before"])
    writer = producer(bootstrap, name("id"))
    writer.begin_transaction()
    writer.produce(subject, value="open", partition=0)
    assert writer.flush(20) == 0
    write(bootstrap, subject, [b"behind it"])
    assert end_offset(bootstrap, subject, "read_uncommitted") == 3
    assert end_offset(bootstrap, subject, "read_committed") == 1, "the last stable offset"
    assert values(read(bootstrap, subject, 3, **{"isolation.level": "read_uncommitted"})) == ["before", "open", "behind it"]
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": "unused", "isolation.level": "read_committed", "enable.partition.eof": True,
        "auto.offset.reset": "earliest",
    })
    consumer.assign([TopicPartition(subject, 0, 0)])
    seen, deadline = [], Deadline(20, "the reader is told that it is at the end")
    while deadline.check(seen):
        message = consumer.poll(1)
        if message is not None and message.error():
            assert message.error().code() == KafkaError._PARTITION_EOF
            break
        if message is not None:
            seen.append(message.value())
    assert seen == [b"before"]
    writer.commit_transaction(20)
    while len(seen) < 3 and deadline.check(seen):
        message = consumer.poll(1)
        if message is not None and not message.error():
            seen.append(message.value())
    assert seen == [b"before", b"open", b"behind it"]
    consumer.close()


def test_one_transaction_over_several_topics_and_partitions(bootstrap, topic, name):
    topics = [topic("a", partitions=3), topic("b", partitions=3)]
    writer = producer(bootstrap, name("id"))
    for round_, commits in ((0, False), (1, True)):
        writer.begin_transaction()
        for subject in topics:
            for partition in range(3):
                writer.produce(subject, value=f"{round_}.{partition}", partition=partition)
        assert writer.flush(20) == 0
        writer.commit_transaction(20) if commits else writer.abort_transaction(20)
    for subject in topics:
        found = read(bootstrap, subject, 3, partitions=3, **{"isolation.level": "read_committed"})
        assert sorted(values(found)) == ["1.0", "1.1", "1.2"]


def test_consume_transform_produce(bootstrap, topic, name):
    """Offsets go with the transaction: aborted ones are as if never sent, committed ones are there with the records."""
    source, target, group_id = topic("source"), topic("target"), name("group")
    write(bootstrap, source, [str(i).encode() for i in range(10)])
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": group_id, "enable.auto.commit": False, "auto.offset.reset": "earliest",
        "isolation.level": "read_committed",
    })
    consumer.subscribe([source])
    writer = producer(bootstrap, name("id"))
    taken = []
    eventually(lambda: (m := consumer.poll(0.2)) and taken.append(m) or len(taken) == 10, "ten records", 20)

    def transform(messages, commits):
        writer.begin_transaction()
        for message in messages:
            writer.produce(target, value=b"2*" + message.value(), partition=0)
        writer.send_offsets_to_transaction(
            [TopicPartition(source, 0, messages[-1].offset() + 1)], consumer.consumer_group_metadata(), 20
        )
        writer.commit_transaction(20) if commits else writer.abort_transaction(20)

    def committed():
        return consumer.committed([TopicPartition(source, 0)], timeout=10)[0].offset

    transform(taken[:4], commits=True)
    assert committed() == 4
    transform(taken[4:7], commits=False)
    assert committed() == 4, "an aborted transaction commits no offsets"
    transform(taken[4:], commits=True)
    assert committed() == 10
    consumer.close()
    assert values(read(bootstrap, target, 10, **{"isolation.level": "read_committed"})) == [f"2*{i}" for i in range(10)]


def test_a_zombie_is_fenced(bootstrap, topic, name):
    subject, transactional_id = topic(), name("id")
    zombie = producer(bootstrap, transactional_id)
    zombie.begin_transaction()
    zombie.produce(subject, value="of the zombie", partition=0)
    assert zombie.flush(20) == 0
    successor = producer(bootstrap, transactional_id)  # Aborts what the zombie left open, and raises the epoch.
    with pytest.raises(KafkaException) as raised:
        zombie.produce(subject, value="more", partition=0)
        zombie.commit_transaction(20)
    assert raised.value.args[0].code() in (KafkaError._FENCED, KafkaError.PRODUCER_FENCED, KafkaError.INVALID_PRODUCER_EPOCH)
    successor.begin_transaction()
    successor.produce(subject, value="of the successor", partition=0)
    successor.commit_transaction(20)
    assert values(read(bootstrap, subject, 1, **{"isolation.level": "read_committed"})) == ["of the successor"]


def test_a_transaction_that_takes_too_long_is_aborted(bootstrap, topic, name):
    """The coordinator aborts after transaction.timeout.ms; it looks every 10 s, as Kafka's does."""
    subject = topic()
    slow = producer(bootstrap, name("id"), **{"transaction.timeout.ms": 1000, "message.timeout.ms": 900})
    slow.begin_transaction()
    slow.produce(subject, value="too late", partition=0)
    assert slow.flush(20) == 0
    write(bootstrap, subject, [b"behind it"])
    assert values(read(bootstrap, subject, 1, seconds=30, **{"isolation.level": "read_committed"})) == ["behind it"]
    with pytest.raises(KafkaException):
        slow.commit_transaction(20)


def test_a_transaction_timeout_beyond_the_limit_is_refused(bootstrap, name):
    writer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name("id"), "transaction.timeout.ms": 100_000_000})
    with pytest.raises(KafkaException) as raised:
        writer.init_transactions(20)
    assert raised.value.args[0].code() == KafkaError.INVALID_TRANSACTION_TIMEOUT
