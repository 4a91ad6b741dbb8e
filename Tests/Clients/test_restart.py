"""What is still there after the broker was stopped or killed: a broker of the test's own, on one data folder."""

import threading

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic, ResourceType

import batches
from test_confluent_records import read, write
from waiting import eventually
from wire import MESSAGES, Connection, build, produce

ENDINGS = ["stop", "kill"]


def restart(broker, how):
    getattr(broker, how)()
    broker.start()


def create(broker, topic, partitions=1, config=None):
    admin = AdminClient({"bootstrap.servers": broker.address})
    admin.create_topics([NewTopic(topic, partitions, 1, config=config or {"retention.ms": "-1"})])[topic].result(20)
    return admin


@pytest.mark.parametrize("how", ENDINGS)
def test_records_topics_and_configurations(own_broker, how):
    broker = own_broker()
    create(broker, "kept", partitions=3, config={"retention.ms": "777777777"})
    admin = create(broker, "gone")
    admin.delete_topics(["gone"])["gone"].result(20)
    write(broker.address, "kept", [str(i).encode() for i in range(1000)])
    restart(broker, how)
    admin = AdminClient({"bootstrap.servers": broker.address})
    topics = admin.list_topics(timeout=10)
    cluster = topics.cluster_id
    assert len(topics.topics["kept"].partitions) == 3 and "gone" not in topics.topics
    resource = ConfigResource(ResourceType.TOPIC, "kept")
    assert admin.describe_configs([resource])[resource].result(20)["retention.ms"].value == "777777777"
    change = ConfigEntry("retention.ms", "888888888", incremental_operation=AlterConfigOpType.SET)
    changed = ConfigResource(ResourceType.TOPIC, "kept", incremental_configs=[change])
    admin.incremental_alter_configs([changed])[changed].result(20)
    assert [m.value() for m in read(broker.address, "kept", 1000)] == [str(i).encode() for i in range(1000)]
    assert [m.offset() for m in write(broker.address, "kept", [b"after"])] == [1000]
    restart(broker, how)
    admin = AdminClient({"bootstrap.servers": broker.address})
    assert admin.describe_configs([resource])[resource].result(20)["retention.ms"].value == "888888888"
    assert admin.list_topics(timeout=10).cluster_id == cluster, "the cluster keeps its id"
    assert len(read(broker.address, "kept", 1001)) == 1001


@pytest.mark.parametrize("how", ENDINGS)
def test_committed_offsets(own_broker, how):
    broker = own_broker()
    create(broker, "topic", partitions=2)
    settings = {"bootstrap.servers": broker.address, "group.id": "group", "enable.auto.commit": False, "auto.offset.reset": "earliest"}
    consumer = Consumer(settings)
    consumer.subscribe(["topic"])
    eventually(lambda: consumer.poll(0.1) is None and len(consumer.assignment()) == 2, "the group has a member", 20)
    consumer.commit(offsets=[TopicPartition("topic", 0, 41, "note"), TopicPartition("topic", 1, 7)], asynchronous=False)
    restart(broker, how)
    parts = [TopicPartition("topic", 0), TopicPartition("topic", 1)]
    again = Consumer(settings)
    committed = again.committed(parts, timeout=20)
    assert [p.offset for p in committed] == [41, 7] and committed[0].metadata == "note"
    again.close()
    consumer.close()


@pytest.mark.parametrize("how", ENDINGS)
def test_a_running_group_goes_on(own_broker, how):
    """The member notices nothing but a pause: its generation is still known, and it reads what comes later."""
    broker = own_broker()
    create(broker, "topic")
    consumer = Consumer({
        "bootstrap.servers": broker.address, "group.id": "group", "auto.offset.reset": "earliest", "session.timeout.ms": 20_000,
        "reconnect.backoff.max.ms": 200, "log_level": 2,
    })
    revoked = []
    consumer.subscribe(["topic"], on_revoke=lambda _, parts: revoked.extend(parts), on_lost=lambda _, parts: revoked.extend(parts))
    eventually(lambda: consumer.poll(0.1) is None and consumer.assignment(), "the group has a member", 20)
    restart(broker, how)
    write(broker.address, "topic", [b"later"])

    def value():
        message = consumer.poll(0.2)
        return message is not None and not message.error() and message.value()

    assert eventually(value, "the member reads on", 30) == b"later"
    assert not revoked
    consumer.close()


@pytest.mark.parametrize("how", ENDINGS)
def test_committed_and_aborted_transactions(own_broker, how):
    broker = own_broker()
    create(broker, "topic")
    writer = Producer({"bootstrap.servers": broker.address, "transactional.id": "id"})
    writer.init_transactions(20)
    for attempt, commits in enumerate([True, False, True]):
        writer.begin_transaction()
        writer.produce("topic", value=str(attempt), partition=0)
        assert writer.flush(20) == 0
        writer.commit_transaction(20) if commits else writer.abort_transaction(20)
    restart(broker, how)
    assert [m.value() for m in read(broker.address, "topic", 2, **{"isolation.level": "read_committed"})] == [b"0", b"2"]
    assert [m.value() for m in read(broker.address, "topic", 3, **{"isolation.level": "read_uncommitted"})] == [b"0", b"1", b"2"]


@pytest.mark.parametrize("how", ENDINGS)
def test_an_open_transaction_can_be_ended_after_the_restart(own_broker, how):
    """The coordinator knows the transaction again, and the log which of its records are not decided."""
    broker = own_broker()
    create(broker, "topic")
    writer = Producer({"bootstrap.servers": broker.address, "transactional.id": "id", "reconnect.backoff.max.ms": 200, "log_level": 2})
    writer.init_transactions(20)
    writer.begin_transaction()
    writer.produce("topic", value="decided later", partition=0)
    assert writer.flush(20) == 0
    restart(broker, how)
    consumer = Consumer({"bootstrap.servers": broker.address, "group.id": "unused", "isolation.level": "read_committed"})
    assert consumer.get_watermark_offsets(TopicPartition("topic", 0), timeout=10) == (0, 0), "nothing is decided"
    consumer.close()
    writer.commit_transaction(20)
    assert [m.value() for m in read(broker.address, "topic", 1, **{"isolation.level": "read_committed"})] == [b"decided later"]


@pytest.mark.parametrize("how", ENDINGS)
def test_a_zombie_is_fenced_after_the_restart(own_broker, how):
    broker = own_broker()
    create(broker, "topic")
    settings = {"bootstrap.servers": broker.address, "transactional.id": "id", "reconnect.backoff.max.ms": 200, "log_level": 2}
    zombie = Producer(settings)
    zombie.init_transactions(20)
    Producer(settings).init_transactions(20)
    restart(broker, how)
    with pytest.raises(KafkaException):
        zombie.begin_transaction()
        zombie.produce("topic", value="x", partition=0)
        zombie.commit_transaction(20)


@pytest.mark.parametrize("how", ENDINGS)
def test_sequences_of_producers(own_broker, how):
    """A batch whose answer was lost in the restart is sent again, and is stored once."""
    broker = own_broker()
    create(broker, "topic")
    with Connection(broker.address) as connection:
        ids = connection.call(build(MESSAGES["InitProducerIdRequest"], 4, transactional_id=None, transaction_timeout_ms=60_000))
        first = batches.batch([b"a", b"b"], producer=(ids.producer_id, ids.producer_epoch, 0))
        assert produce(connection, "topic", first).base_offset == 0
    restart(broker, how)
    with Connection(broker.address) as connection:
        repeat = produce(connection, "topic", first)
        assert (repeat.error_code, repeat.base_offset) == (0, 0)
        gap = batches.batch([b"x"], producer=(ids.producer_id, ids.producer_epoch, 5))
        assert produce(connection, "topic", gap).error_code == 45
        following = batches.batch([b"c"], producer=(ids.producer_id, ids.producer_epoch, 2))
        assert produce(connection, "topic", following).base_offset == 2
        other = connection.call(build(MESSAGES["InitProducerIdRequest"], 4, transactional_id=None, transaction_timeout_ms=60_000))
        assert other.producer_id != ids.producer_id, "ids are never given twice"


@pytest.mark.parametrize("fsync", ["every-batch", "interval", "os"])
def test_kills_under_load_lose_and_double_nothing(own_broker, fsync):
    """An idempotent producer writes all the time while the broker is killed five times."""
    broker = own_broker(f"broker.fsync={fsync}")
    create(broker, "topic")
    acknowledged, failed, stop = [], [], threading.Event()
    producer = Producer({
        "bootstrap.servers": broker.address, "enable.idempotence": True, "linger.ms": 1, "reconnect.backoff.max.ms": 100,
        "message.timeout.ms": 60_000, "log_level": 2,
    })

    def write_on():
        number = 0
        while not stop.is_set():
            producer.produce(
                "topic", value=str(number), partition=0,
                on_delivery=lambda error, message: failed.append(error) if error else acknowledged.append(int(message.value())),
            )
            number += 1
            producer.poll(0.002)

    writer = threading.Thread(target=write_on)
    writer.start()
    try:
        for _ in range(5):
            count = len(acknowledged)
            eventually(lambda: len(acknowledged) > count + 100, "records are acknowledged", 30)  # noqa: B023
            restart(broker, "kill")
    finally:
        stop.set()
        writer.join()
    assert producer.flush(30) == 0
    assert not failed
    found = [int(m.value()) for m in read(broker.address, "topic", len(acknowledged))]
    assert found == list(range(len(acknowledged)))


def test_topics_are_made_when_they_are_asked_for_unless_that_is_switched_off(own_broker):
    broker = own_broker()
    write(broker.address, "asked", [b"x"])
    topics = AdminClient({"bootstrap.servers": broker.address}).list_topics(timeout=10).topics
    assert len(topics["asked"].partitions) == 3, "with the broker's count of partitions"
    strict = own_broker("broker.auto_create_topics=false")
    errors = []
    producer = Producer({"bootstrap.servers": strict.address, "message.timeout.ms": 5000})
    producer.produce("asked", value=b"x", on_delivery=lambda error, _: errors.append(error.code()))
    assert producer.flush(20) == 0 and errors in ([KafkaError._UNKNOWN_TOPIC], [KafkaError._MSG_TIMED_OUT])
    assert "asked" not in AdminClient({"bootstrap.servers": strict.address}).list_topics(timeout=10).topics


def test_two_brokers_do_not_share_a_folder(own_broker, binary):
    import subprocess

    broker = own_broker()
    second = subprocess.run(
        [binary, "broker", "--data", str(broker.folder / "data"), "--listen", "127.0.0.1:0", "--http-listen", "127.0.0.1:0"],
        capture_output=True, timeout=30, check=False,
    )
    assert second.returncode != 0
    write(broker.address, "topic", [b"the first one goes on"])
