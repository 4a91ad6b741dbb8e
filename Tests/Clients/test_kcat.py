"""kcat 1.7.1 of Debian, which is librdkafka 2.0.2."""

import json
import re
import subprocess

import pytest

from waiting import eventually


def test_metadata(kcat, topic):
    subject = topic(partitions=3)
    told = json.loads(kcat("-L", "-J", "-t", subject).stdout)
    assert told["brokers"] and told["topics"][0]["topic"] == subject
    assert [p["partition"] for p in told["topics"][0]["partitions"]] == [0, 1, 2]
    assert all(p["leader"] in [b["id"] for b in told["brokers"]] for p in told["topics"][0]["partitions"])
    assert subject in [t["topic"] for t in json.loads(kcat("-L", "-J").stdout)["topics"]]


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_produce_and_consume(kcat, topic, codec):
    subject = topic()
    lines = b"".join(b"key%d:value %d\n" % (i, i) for i in range(500))
    kcat("-P", "-t", subject, "-K", ":", "-z", codec, "-H", "origin=test", "-X", "acks=all", stdin=lines)
    read = kcat("-C", "-t", subject, "-o", "beginning", "-e", "-q", "-f", "%k:%s|%h|%o\n").stdout.decode().splitlines()
    assert read == [f"key{i}:value {i}|origin=test|{i}" for i in range(500)]


def test_nulls_and_empty_values(kcat, topic):
    subject = topic()
    kcat("-P", "-t", subject, "-K", ":", "-Z", stdin=b"gone:\n:no key\n")
    told = [json.loads(line) for line in kcat("-C", "-t", subject, "-o", "beginning", "-e", "-q", "-J").stdout.splitlines()]
    assert [(r["key"], r["payload"]) for r in told] == [("gone", None), (None, "no key")]


def test_offsets_from_the_end_and_by_number(kcat, topic):
    subject = topic()
    kcat("-P", "-t", subject, stdin=b"".join(b"%d\n" % i for i in range(10)))

    def read(start, *more):
        return kcat("-C", "-t", subject, "-p", "0", "-o", start, "-e", "-q", *more).stdout.split()

    assert read("-3") == [b"7", b"8", b"9"]
    assert read("4", "-c", "2") == [b"4", b"5"]
    assert read("end") == []


def test_times(kcat, topic, bootstrap):
    """-o s@T starts at the first record at or after T, -o e@T ends before it, and -Q asks for the offset alone."""
    from confluent_kafka import Producer

    subject = topic()
    producer = Producer({"bootstrap.servers": bootstrap})
    base = 1_700_000_000_000
    for index in range(10):
        producer.produce(subject, value=str(index), partition=0, timestamp=base + index * 1000)
    assert producer.flush(20) == 0
    between = kcat("-C", "-t", subject, "-p", "0", "-o", f"s@{base + 3000}", "-o", f"e@{base + 6000}", "-e", "-q").stdout.split()
    assert between == [b"3", b"4", b"5"]

    def query(time_):
        return int(re.search(rb"offset (-?\d+)", kcat("-Q", "-t", f"{subject}:0:{time_}").stdout).group(1))

    assert [query(base + 1500), query(-2), query(-1)] == [2, 0, 10]


def test_a_group_shares_the_partitions(kcat, topic, name, bootstrap):
    subject, group = topic(partitions=4), name("group")
    kcat("-P", "-t", subject, "-p", "1", stdin=b"one\ntwo\n")
    kcat("-P", "-t", subject, "-p", "3", stdin=b"three\n")
    command = ["kcat", "-b", bootstrap, "-G", group, "-X", "auto.offset.reset=earliest", "-X", "session.timeout.ms=6000", "-u", "-q", "-f",
               "%p %s\n", subject]
    members = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(2)]
    try:
        lines = []
        readers = [_follow(m.stdout, lines) for m in members]
        eventually(lambda: sorted(set(lines)) == ["1 one", "1 two", "3 three"], "the group has read all", 20)
    finally:
        for member in members:
            member.terminate()  # kcat commits and leaves the group.
        for member in members:
            member.wait(timeout=20)
        for reader in readers:
            reader.join(5)
    kcat("-P", "-t", subject, "-p", "2", stdin=b"four\n")
    again = kcat("-G", group, "-X", "auto.offset.reset=earliest", "-c", "1", "-q", "-f", "%p %s\n", subject).stdout
    assert again == b"2 four\n", "the group goes on where it was"


def _follow(stream, lines):
    import threading

    thread = threading.Thread(target=lambda: [lines.append(line.strip()) for line in stream], daemon=True)
    thread.start()
    return thread


def test_transactions(kcat, topic, name):
    """kcat sends what it reads in one transaction, and a committed reader gets it whole."""
    subject = topic()
    kcat("-P", "-t", subject, "-X", f"transactional.id={name('id')}", stdin=b"all\nor\nnothing\n")
    for isolation in ("read_committed", "read_uncommitted"):
        read = kcat("-C", "-t", subject, "-o", "beginning", "-e", "-q", "-X", f"isolation.level={isolation}").stdout
        assert read.split() == [b"all", b"or", b"nothing"]


def test_a_committed_reader_sees_nothing_of_an_aborted_transaction(kcat, topic, name, bootstrap):
    from confluent_kafka import Producer

    subject = topic()
    writer = Producer({"bootstrap.servers": bootstrap, "transactional.id": name("id")})
    writer.init_transactions(20)
    for text, commits in (("aborted", False), ("committed", True)):
        writer.begin_transaction()
        writer.produce(subject, value=text, partition=0)
        assert writer.flush(20) == 0
        writer.commit_transaction(20) if commits else writer.abort_transaction(20)

    def read(isolation):
        return kcat("-C", "-t", subject, "-o", "beginning", "-e", "-q", "-X", f"isolation.level={isolation}").stdout.split()

    assert read("read_committed") == [b"committed"]
    assert read("read_uncommitted") == [b"aborted", b"committed"]


def test_an_unknown_partition_is_an_error(kcat, topic):
    subject = topic()
    assert kcat("-C", "-t", subject, "-p", "7", "-e", "-q", check=False).returncode != 0
