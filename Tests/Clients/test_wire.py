"""What a broker must bear on a socket: pipelines, pieces, garbage."""

import socket
import struct
import threading

import pytest

import batches
from wire import MESSAGES, Connection, api_versions, build, decode_all, fetch, produce, response_class

API_VERSIONS = MESSAGES["ApiVersionsRequest"]
FETCH = MESSAGES["FetchRequest"]


def fetch_request(topic, wait, min_bytes=1, offset=0):
    return build(
        FETCH, 12, max_wait_ms=wait, min_bytes=min_bytes, max_bytes=1 << 20,
        topics=[{"topic": topic, "partitions": [{"partition": 0, "fetch_offset": offset, "partition_max_bytes": 1 << 20}]}],
    )


def test_pipelined_requests_are_answered_in_order(bootstrap):
    with Connection(bootstrap) as connection:
        sent = [(connection.send(build(API_VERSIONS, index % 3)), index % 3) for index in range(200)]
        for number, version in sent:
            correlation, answer = connection.receive(API_VERSIONS, version)
            assert correlation == number and answer.error_code == 0


def test_a_waiting_fetch_holds_back_the_answers_behind_it(bootstrap, topic):
    """Order is kept although the first request has to wait for its time to run out and the second could be answered at once."""
    subject = topic()
    with Connection(bootstrap) as connection:
        waiting = connection.send(fetch_request(subject, wait=700))
        quick = connection.send(build(API_VERSIONS, 0))
        correlation, answer = connection.receive(FETCH, 12)
        assert correlation == waiting and not answer.responses[0].partitions[0].records
        correlation, _ = connection.receive(API_VERSIONS, 0)
        assert correlation == quick


def test_a_long_poll_is_woken_by_a_record(bootstrap, topic):
    subject = topic()
    with Connection(bootstrap, seconds=20) as reader, Connection(bootstrap) as writer:
        number = reader.send(fetch_request(subject, wait=15_000))
        assert produce(writer, subject, batches.batch([b"wake up"])).error_code == 0
        reader.socket.settimeout(5)  # A third of what the fetch would wait if nothing woke it.
        correlation, answer = reader.receive(FETCH, 12)
        assert correlation == number
        assert [r.value for r in batches.records(answer.responses[0].partitions[0].records)] == [b"wake up"]


def test_a_long_poll_waits_for_min_bytes(bootstrap, topic):
    subject = topic()
    with Connection(bootstrap, seconds=20) as reader, Connection(bootstrap) as writer:
        reader.send(fetch_request(subject, wait=15_000, min_bytes=5000))
        assert produce(writer, subject, batches.batch([b"x" * 1000])).error_code == 0
        assert produce(writer, subject, batches.batch([b"y" * 6000])).error_code == 0
        reader.socket.settimeout(5)
        _, answer = reader.receive(FETCH, 12)
        assert len(batches.records(answer.responses[0].partitions[0].records)) == 2


def test_a_request_that_arrives_byte_by_byte(bootstrap):
    request = build(API_VERSIONS, 3, client_software_name="slow", client_software_version="1")
    request.with_header(correlation_id=11, client_id="slow")
    with Connection(bootstrap) as connection:
        connection.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for byte in bytes(request.encode(header=True, framed=True)):
            connection.socket.sendall(bytes([byte]))
        correlation, answer = connection.receive(API_VERSIONS, 3)
        assert correlation == 11 and answer.error_code == 0


GARBAGE = {
    "a negative size": struct.pack(">i", -1),
    "a size beyond any limit": struct.pack(">i", 2_147_483_647) + bytes(64),
    "a size of nothing": struct.pack(">i", 0),
    "half a header": struct.pack(">ihh", 4, 18, 0),
    "an api that does not exist": struct.pack(">ihhih", 10, 31_000, 0, 1, -1),
    "http": b"GET / HTTP/1.1\r\nHost: kafka\r\n\r\n" + bytes(64),
    "tls": bytes.fromhex("1603010200010001fc0303") + bytes(512),
    "a body that ends early": struct.pack(">ihhih", 14, 3, 4, 1, -1) + struct.pack(">i", 5),
    "an array longer than its request": struct.pack(">ihhih", 14, 3, 4, 1, -1) + struct.pack(">i", 2_000_000_000),
    "a string longer than its request": struct.pack(">ihhih", 14, 18, 0, 1, 30_000) + bytes(4),
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_ends_its_connection_only(bootstrap, what):
    with Connection(bootstrap) as bystander, Connection(bootstrap) as connection:
        assert api_versions(bystander).error_code == 0
        connection.socket.sendall(GARBAGE[what])
        assert connection.closed_by_broker(), f"the broker goes on with {what}"
        assert api_versions(bystander).error_code == 0
    with Connection(bootstrap) as later:
        assert api_versions(later).error_code == 0


def test_a_client_that_goes_away_in_the_middle_harms_nobody(bootstrap, topic):
    subject = topic()
    for _ in range(20):
        with Connection(bootstrap) as connection:
            connection.send(fetch_request(subject, wait=10_000))
            connection.socket.sendall(struct.pack(">i", 100_000) + bytes(1000))
    with Connection(bootstrap) as connection:
        assert produce(connection, subject, batches.batch([b"still here"])).error_code == 0
        assert len(batches.records(fetch(connection, subject).records)) == 1


def test_many_connections_at_once(bootstrap):
    connections = [Connection(bootstrap) for _ in range(100)]
    try:
        for connection in connections:
            connection.send(build(API_VERSIONS, 0))
        for connection in connections:
            assert connection.receive(API_VERSIONS, 0)[1].error_code == 0
    finally:
        for connection in connections:
            connection.socket.close()


def test_no_answer_to_acks_0(bootstrap, topic):
    """A produce request with acks=0 has no answer: the next answer on the connection belongs to the next request."""
    subject = topic()
    request = build(
        MESSAGES["ProduceRequest"], 9, acks=0, timeout_ms=1000,
        topic_data=[{"name": subject, "partition_data": [{"index": 0, "records": batches.batch([b"fire and forget"])}]}],
    )
    with Connection(bootstrap) as connection:
        connection.send(request)
        assert api_versions(connection).error_code == 0
        assert [r.value for r in batches.records(fetch(connection, subject, wait=5000).records)] == [b"fire and forget"]


def test_fetch_sessions_are_kept_or_refused_correctly(bootstrap, topic):
    """Session 0, epoch 0 asks for a session; a broker that answers session 0 refuses, and one that gives a number honours it."""
    subject = topic()
    with Connection(bootstrap) as connection:
        produce(connection, subject, batches.batch([b"one"]))
        request = fetch_request(subject, wait=500)
        request.session_id, request.session_epoch = 0, 0
        first = connection.call(request)
        assert first.error_code == 0 and batches.records(first.responses[0].partitions[0].records)
        follow = build(FETCH, 12, max_wait_ms=100, min_bytes=0, max_bytes=1 << 20, session_id=first.session_id or 12_345, session_epoch=1)
        answer = connection.call(follow)
        if first.session_id == 0:
            assert answer.error_code == 70, "FETCH_SESSION_ID_NOT_FOUND for a session that nobody was given"
        else:
            assert answer.error_code == 0


def test_what_a_produce_request_must_not_hold(bootstrap, topic):
    subject = topic()
    good = batches.batch([b"a", b"b"])
    damaged = bytearray(good)
    damaged[-1] ^= 1
    old_magic = bytearray(good)
    old_magic[16] = 1
    too_long = bytearray(good)
    too_long[8:12] = struct.pack(">i", len(good))
    refused = {"a wrong checksum": (bytes(damaged), {2}), "an old format": (bytes(old_magic), {43, 76, 87, 2}),
               "a length beyond the data": (bytes(too_long), {2, 87}), "two batches": (good + good, {87})}
    for what, (data, codes) in refused.items():
        with Connection(bootstrap) as connection:
            answer = produce(connection, subject, data)
            assert answer.error_code in codes, f"{what}: {answer}"
    with Connection(bootstrap) as connection:
        assert produce(connection, subject, good, partition=99).error_code == 3
        assert produce(connection, "no." + subject, good).error_code in (3, 0), "unknown, or created on the way"
        assert produce(connection, subject, good, acks=2).error_code == 21, "INVALID_REQUIRED_ACKS"
        assert not fetch(connection, subject, wait=100).records, "nothing of it was kept"


def test_fetch_offsets_out_of_range(bootstrap, topic):
    subject = topic()
    with Connection(bootstrap) as connection:
        produce(connection, subject, batches.batch([b"a", b"b", b"c"]))
        assert fetch(connection, subject, offset=3, wait=50).error_code == 0, "the end is a place to wait at"
        assert fetch(connection, subject, offset=4, wait=50).error_code == 1
        assert fetch(connection, subject, offset=-5, wait=50).error_code == 1
        assert fetch(connection, subject, partition=9, wait=50).error_code == 3


def test_parallel_writers_leave_no_gap_and_no_double_offset(bootstrap, topic):
    subject = topic()
    bases, lock = [], threading.Lock()

    def write():
        with Connection(bootstrap) as connection:
            for _ in range(30):
                answer = produce(connection, subject, batches.batch([b"x"] * 3))
                with lock:
                    bases.append((answer.error_code, answer.base_offset))

    writers = [threading.Thread(target=write) for _ in range(8)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(30)
    assert sorted(bases) == [(0, 3 * index) for index in range(240)]


def test_answers_echo_the_request_number(bootstrap):
    with Connection(bootstrap) as connection:
        for number in (0, -1, 2_147_483_647, -2_147_483_648):
            connection.send_frame(struct.pack(">hhih", 18, 0, number, -1))
            correlation, _ = decode_all(response_class(API_VERSIONS), 0, connection.receive_frame())
            assert correlation == number
