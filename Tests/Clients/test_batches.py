"""Record batches pass through the broker as the producer made them: compared byte by byte, but for what brokers assign."""

import os

import pytest
from confluent_kafka import Producer

import batches
from wire import Connection, fetch, produce

VALUES = [os.urandom(20) + b"the same text again and again, as values have it " * 20 for _ in range(50)]


def read_batches(connection, topic, end, isolation=0):
    found, offset = [], 0
    while offset < end:
        part = fetch(connection, topic, offset=offset, isolation=isolation)
        assert part.error_code == 0
        got = batches.split(part.records)
        assert got, f"nothing from offset {offset} on"
        found += got
        last = got[-1]
        offset = batches.base_offset(last) + int.from_bytes(last[23:27], "big") + 1
    return found


@pytest.mark.parametrize("codec", batches.CODECS)
def test_batches_come_back_as_they_were_sent(bootstrap, topic, codec):
    subject = topic()
    sent = [batches.batch(VALUES[at:], codec) for at in (0, 10, 20)]
    with Connection(bootstrap) as connection:
        base = 0
        for one in sent:
            answer = produce(connection, subject, one)
            assert (answer.error_code, answer.base_offset, answer.log_append_time_ms) == (0, base, -1)
            base += int.from_bytes(one[23:27], "big") + 1
        got = read_batches(connection, subject, base)
    assert [batches.without_what_brokers_assign(b) for b in got] == [batches.without_what_brokers_assign(b) for b in sent]
    assert [batches.base_offset(b) for b in got] == [0, 50, 90]
    assert {batches.codec_of(b) for b in got} == {codec}
    read = [r.value for b in got for r in batches.records(b)]
    assert read == VALUES + VALUES[10:] + VALUES[20:]


@pytest.mark.parametrize("codec", batches.CODECS)
def test_what_librdkafka_compressed_is_not_compressed_again(bootstrap, topic, codec):
    """librdkafka's batches are read raw and sent raw to a second topic: they have the producer's codec, and stay the same bytes."""
    first, second = topic("first"), topic("second")
    producer = Producer({"bootstrap.servers": bootstrap, "compression.type": codec, "linger.ms": 200, "enable.idempotence": False})
    for index, value in enumerate(VALUES):
        producer.produce(first, key=str(index), value=value)
    assert producer.flush(20) == 0
    with Connection(bootstrap) as connection:
        got = read_batches(connection, first, len(VALUES))
        assert {batches.codec_of(b) for b in got} == {codec}
        assert [r.value for b in got for r in batches.records(b)] == VALUES
        # A slow machine may have sent several batches: each is sent as a producer does, from offset 0, which no checksum covers.
        for one in got:
            assert produce(connection, second, bytes(8) + one[8:]).error_code == 0
        again = read_batches(connection, second, len(VALUES))
    assert [batches.without_what_brokers_assign(b) for b in again] == [batches.without_what_brokers_assign(b) for b in got]


@pytest.mark.parametrize("codec", batches.CODECS)
def test_log_append_time_is_stamped_into_the_header_alone(bootstrap, topic, codec):
    """With LogAppendTime a broker writes the time and the type, and so the checksum; records stay as they are."""
    subject = topic(config={"message.timestamp.type": "LogAppendTime"})
    sent = batches.batch(VALUES, codec, timestamp=1_000)
    with Connection(bootstrap) as connection:
        answer = produce(connection, subject, sent)
        assert answer.error_code == 0 and answer.log_append_time_ms > 1_600_000_000_000
        got = read_batches(connection, subject, len(VALUES))
    assert len(got) == 1 and got[0][61:] == sent[61:]
    assert int.from_bytes(got[0][35:43], "big") == answer.log_append_time_ms
    assert {r.timestamp for r in batches.records(got[0])} == {answer.log_append_time_ms}


def test_sequences_of_an_idempotent_producer(bootstrap, topic):
    """A repeat is acknowledged with its first offset and stored once; a gap is refused; an older epoch is fenced."""
    from wire import MESSAGES, build

    subject = topic()
    with Connection(bootstrap) as connection:
        ids = connection.call(build(MESSAGES["InitProducerIdRequest"], 4, transactional_id=None, transaction_timeout_ms=60_000))
        assert ids.error_code == 0
        producer, epoch = ids.producer_id, ids.producer_epoch

        def send(sequence, count=2, epoch=epoch):
            return produce(connection, subject, batches.batch([b"x"] * count, producer=(producer, epoch, sequence)))

        assert (send(0).error_code, send(2).base_offset) == (0, 2)
        repeat = send(0)
        assert (repeat.error_code, repeat.base_offset) == (0, 0), "a duplicate of one of the last five batches"
        assert send(10).error_code == 45, "OUT_OF_ORDER_SEQUENCE_NUMBER"
        assert send(4).base_offset == 4
        assert send(0, epoch=epoch + 1).base_offset == 6, "a new epoch starts at 0"
        assert send(6).error_code == 47, "INVALID_PRODUCER_EPOCH"
        assert len(batches.records(fetch(connection, subject).records)) == 8
