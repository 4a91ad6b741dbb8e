"""Rules of Apache Kafka that clients seldom run into, asked on the wire: what is refused, with which code, and what waits for what."""

import struct
import time
import uuid

import pytest
from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.util import calc_crc32c

import batches
from test_protocol_versions import subscription
from waiting import eventually
from wire import MESSAGES, Connection, build, fetch, produce

JOIN, SYNC, HEARTBEAT, LEAVE = (MESSAGES[n + "Request"] for n in ("JoinGroup", "SyncGroup", "Heartbeat", "LeaveGroup"))


def init(connection, transactional_id=None, timeout=60_000, **more):
    request = build(
        MESSAGES["InitProducerIdRequest"], 4, transactional_id=transactional_id, transaction_timeout_ms=timeout, **more
    )

    def answer():
        found = connection.call(request)
        # The coordinator's transactions may still be ending.
        return found if found.error_code not in (14, 15, 16, 51) else None

    return eventually(answer, "a producer id", 20)


class Transaction:
    """The requests of one transactional producer."""

    def __init__(self, connection, transactional_id, timeout=60_000):
        self.connection = connection
        self.id = transactional_id
        ids = init(connection, transactional_id, timeout)
        assert ids.error_code == 0
        self.who = {"producer_id": ids.producer_id, "producer_epoch": ids.producer_epoch}

    def add(self, topic, partition=0):
        return self.connection.call(build(
            MESSAGES["AddPartitionsToTxnRequest"], 3, v3_and_below_transactional_id=self.id,
            v3_and_below_producer_id=self.who["producer_id"], v3_and_below_producer_epoch=self.who["producer_epoch"],
            v3_and_below_topics=[{"name": topic, "partitions": [partition]}],
        )).results_by_topic_v3_and_below[0].results_by_partition[0].partition_error_code

    def send(self, topic, values, sequence):
        # Of today, as the markers are: records of another week stand in a segment of their own, and are not read with the others at once.
        now = int(time.time() * 1000)
        producer = (self.who["producer_id"], self.who["producer_epoch"], sequence)
        records = batches.batch(values, timestamp=now, producer=producer, transactional=True)
        return produce(self.connection, topic, records, transactional_id=self.id)

    def end(self, committed):
        request = build(MESSAGES["EndTxnRequest"], 3, transactional_id=self.id, committed=committed, **self.who)
        return self.connection.call(request).error_code

    def commit_offset(self, group, topic, offset):
        request = build(MESSAGES["AddOffsetsToTxnRequest"], 3, transactional_id=self.id, group_id=group, **self.who)
        assert eventually(lambda: self.connection.call(request).error_code == 0, "the group is part of the transaction", 10)
        parts = [{"partition_index": 0, "committed_offset": offset, "committed_metadata": None}]
        request = build(
            MESSAGES["TxnOffsetCommitRequest"], 3, transactional_id=self.id, group_id=group, **self.who,
            topics=[{"name": topic, "partitions": parts}],
        )
        return self.connection.call(request).topics[0].partitions[0].error_code


@pytest.fixture
def wire(bootstrap):
    with Connection(bootstrap, seconds=20) as connection:
        yield connection


def coordinators_are_there(connection, group):
    """Asks until the coordinator of the group answers; a cluster that never had a group makes its topic first."""
    find = MESSAGES["FindCoordinatorRequest"]
    eventually(lambda: connection.call(build(find, 1, key=group, key_type=0)).error_code == 0, "a coordinator of the group", 20)


def test_a_compacted_topic_wants_keys(wire, topic):
    subject = topic(config={"cleanup.policy": "compact"})
    builder = DefaultRecordBatchBuilder(2, 0, False, -1, -1, -1, 1 << 20)
    builder.append(0, 1_700_000_000_000, None, b"no key", [])
    assert produce(wire, subject, bytes(builder.build())).error_code == 87, "INVALID_RECORD"
    assert produce(wire, subject, batches.batch([b"a key"])).error_code == 0


def test_timestamps_too_far_from_now(wire, topic):
    now = int(time.time() * 1000)
    subject = topic(config={"message.timestamp.before.max.ms": "60000", "message.timestamp.after.max.ms": "60000"})
    for shift, code in ((0, 0), (-3_600_000, 32), (3_600_000, 32)):
        assert produce(wire, subject, batches.batch([b"x"], timestamp=now + shift)).error_code == code, "INVALID_TIMESTAMP for the far ones"


def test_clients_cannot_write_control_batches(wire, topic):
    subject = topic()
    good = bytearray(batches.batch([b"x"], producer=(7, 0, 0)))
    good[22] |= 0x20
    good[17:21] = struct.pack(">I", calc_crc32c(bytes(good[21:])))
    assert produce(wire, subject, bytes(good)).error_code == 87, "INVALID_RECORD"
    assert not fetch(wire, subject, wait=50).records


def test_a_topic_is_known_by_its_id(wire, topic, admin, name):
    subject = topic()
    metadata = MESSAGES["MetadataRequest"]
    described = wire.call(build(metadata, 12, topics=[{"name": subject}])).topics[0]
    by_id = wire.call(build(metadata, 12, topics=[{"name": None, "topic_id": described.topic_id}])).topics[0]
    assert (by_id.error_code, by_id.name) == (0, subject)
    unknown = wire.call(build(metadata, 12, topics=[{"name": None, "topic_id": uuid.uuid4()}])).topics[0]
    assert unknown.error_code == 100, "UNKNOWN_TOPIC_ID"
    part = {"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1000}
    answer = wire.call(build(
        MESSAGES["FetchRequest"], 13, max_wait_ms=50, min_bytes=0, max_bytes=1000,
        topics=[{"topic_id": uuid.uuid4(), "partitions": [part]}],
    ))
    assert answer.responses[0].partitions[0].error_code == 100


def test_leader_epochs(wire, topic):
    subject = topic()
    produce(wire, subject, batches.batch([b"a", b"b"]))
    ends = MESSAGES["OffsetForLeaderEpochRequest"]

    def end(current, epoch):
        part = {"partition": 0, "current_leader_epoch": current, "leader_epoch": epoch}
        return wire.call(build(ends, 4, replica_id=-1, topics=[{"topic": subject, "partitions": [part]}])).topics[0].partitions[0]

    now = wire.call(build(MESSAGES["MetadataRequest"], 12, topics=[{"name": subject}])).topics[0].partitions[0].leader_epoch
    found = end(now, now)
    assert (found.error_code, found.leader_epoch, found.end_offset) == (0, now, 2)
    assert (end(-1, now).end_offset, end(now + 1, now).error_code) == (2, 75), "UNKNOWN_LEADER_EPOCH for one of the future"
    assert end(now, now + 5).end_offset == -1
    part = {"partition_index": 0, "current_leader_epoch": now + 1, "timestamp": -1}
    listed = wire.call(build(MESSAGES["ListOffsetsRequest"], 5, replica_id=-1, topics=[{"name": subject, "partitions": [part]}]))
    assert listed.topics[0].partitions[0].error_code == 75


def test_fetch_limits_hold_but_never_starve(wire, topic):
    """max.bytes bounds an answer after its first batch, over all partitions."""
    subject = topic(partitions=2)
    for partition in (0, 1):
        for _ in range(5):
            produce(wire, subject, batches.batch([b"x" * 10_000]), partition=partition)
    one = len(batches.batch([b"x" * 10_000]))
    parts = [{"partition": p, "fetch_offset": 0, "partition_max_bytes": 1 << 20} for p in (0, 1)]

    def sizes(most):
        answer = wire.call(build(
            MESSAGES["FetchRequest"], 12, max_wait_ms=100, min_bytes=1, max_bytes=most, topics=[{"topic": subject, "partitions": parts}]
        ))
        return [len(batches.split(p.records or b"")) for p in answer.responses[0].partitions]

    assert sizes(1) == [1, 0]
    assert sizes(one * 3) == [3, 0]
    assert sizes(one * 7) == [5, 2]
    assert sizes(1 << 20) == [5, 5]


def test_transactional_records_need_an_open_transaction(wire, topic, name):
    subject = topic()
    txn = Transaction(wire, name("id"))
    assert txn.send(subject, [b"not added"], 0).error_code == 48, "INVALID_TXN_STATE: the partition is not part of the transaction"
    assert txn.add(subject) == 0
    assert txn.send(subject, [b"added"], 0).error_code == 0
    assert txn.end(True) == 0
    assert txn.end(True) == 0, "a repeat whose answer was lost"
    assert txn.end(False) == 48, "but it cannot be changed"


def test_an_older_epoch_may_not_do_anything(wire, topic, name):
    subject, transactional_id = topic(), name("id")
    old = Transaction(wire, transactional_id)
    new = Transaction(wire, transactional_id)
    assert new.who["producer_id"] == old.who["producer_id"] and new.who["producer_epoch"] > old.who["producer_epoch"]
    fenced = (47, 90)  # INVALID_PRODUCER_EPOCH, PRODUCER_FENCED
    assert old.add(subject) in fenced
    assert old.end(True) in fenced
    assert new.add(subject) == 0 and new.send(subject, [b"x"], 0).error_code == 0 and new.end(True) == 0
    assert old.send(subject, [b"x"], 0).error_code in (*fenced, 48)


def test_a_producer_bumps_its_own_epoch(wire, topic, name):
    """KIP-360: with its id and epoch a producer gets the next epoch, and a stale epoch is refused."""
    transactional_id = name("id")
    first = init(wire, transactional_id)
    second = init(wire, transactional_id, producer_id=first.producer_id, producer_epoch=first.producer_epoch)
    assert (second.error_code, second.producer_id, second.producer_epoch) == (0, first.producer_id, first.producer_epoch + 1)
    third = init(wire, transactional_id, producer_id=first.producer_id, producer_epoch=second.producer_epoch)
    assert third.producer_epoch == second.producer_epoch + 1
    stale = init(wire, transactional_id, producer_id=first.producer_id, producer_epoch=first.producer_epoch)
    assert stale.error_code in (47, 90)


def test_offsets_of_an_open_transaction_are_not_stable(wire, topic, name):
    """KIP-447: who asks for stable offsets is told to wait, and others see what was committed before."""
    subject, group = topic(), name("group")
    coordinators_are_there(wire, group)
    txn = Transaction(wire, name("id"))
    assert txn.commit_offset(group, subject, 5) == 0

    def offset(stable):
        found = wire.call(build(
            MESSAGES["OffsetFetchRequest"], 7, group_id=group, topics=[{"name": subject, "partition_indexes": [0]}], require_stable=stable
        )).topics[0].partitions[0]
        return found.error_code, found.committed_offset

    assert offset(False) == (0, -1)
    assert offset(True)[0] == 88, "UNSTABLE_OFFSET_COMMIT"
    assert txn.end(True) == 0
    assert eventually(lambda: offset(True) == (0, 5), "the offset is committed", 10)


def test_the_aborted_list_names_what_is_to_be_skipped(wire, topic, name):
    subject = topic()
    aborted, open_ = Transaction(wire, name("aborted")), Transaction(wire, name("open"))
    assert aborted.add(subject) == 0 and aborted.send(subject, [b"a", b"b"], 0).error_code == 0 and aborted.end(False) == 0
    eventually(lambda: fetch(wire, subject, isolation=1, wait=50).last_stable_offset == 3, "the marker is written", 10)
    assert open_.add(subject) == 0 and open_.send(subject, [b"c"], 0).error_code == 0
    found = fetch(wire, subject, isolation=1, wait=50)
    assert (found.last_stable_offset, found.high_watermark) == (3, 4)
    assert [(a.producer_id, a.first_offset) for a in found.aborted_transactions] == [(aborted.who["producer_id"], 0)]
    assert [batches.base_offset(b) for b in batches.split(found.records)] == [0, 2], "nothing of the open one"
    assert len(batches.split(fetch(wire, subject, isolation=0, wait=50).records)) == 3
    assert open_.end(True) == 0


class RawMember:
    """A group member that does only what it is told, so that it can be late."""

    def __init__(self, bootstrap, group, topic, rebalance=2000, session=6000):
        self.connection = Connection(bootstrap, seconds=25)
        self.settings = {
            "group_id": group, "session_timeout_ms": session, "rebalance_timeout_ms": rebalance, "protocol_type": "consumer",
            "protocols": [{"name": "range", "metadata": subscription(topic)}],
        }
        self.group = group
        self.id = self.connection.call(build(JOIN, 5, **self.settings, member_id="")).member_id

    def ask_to_join(self):
        self.connection.send(build(JOIN, 5, **self.settings, member_id=self.id))

    def joined(self):
        return self.connection.receive(JOIN, 5)[1]

    def sync(self, answer, members=()):
        shares = [{"member_id": m, "assignment": b"share of " + m.encode()} for m in members]
        return self.connection.call(build(
            SYNC, 3, group_id=self.group, generation_id=answer.generation_id, member_id=self.id, assignments=shares
        ))

    def heartbeat(self, generation):
        return self.connection.call(build(HEARTBEAT, 3, group_id=self.group, generation_id=generation, member_id=self.id)).error_code


def test_a_member_that_does_not_rejoin_in_time_is_left_out(bootstrap, wire, topic, name):
    subject, group = topic(), name("group")
    coordinators_are_there(wire, group)
    late, quick = RawMember(bootstrap, group, subject), RawMember(bootstrap, group, subject)
    late.ask_to_join()
    first = late.joined()
    assert first.error_code == 0 and first.leader == late.id
    assert late.sync(first, [late.id]).assignment == b"share of " + late.id.encode()
    assert late.heartbeat(first.generation_id) == 0
    quick.ask_to_join()
    eventually(lambda: late.heartbeat(first.generation_id) == 27, "the heartbeat says REBALANCE_IN_PROGRESS", 5)
    second = quick.joined()  # After the rebalance time-out of two seconds.
    assert (second.generation_id, second.leader, [m.member_id for m in second.members]) == (first.generation_id + 1, quick.id, [quick.id])
    assert quick.sync(second, [quick.id]).error_code == 0
    assert late.heartbeat(first.generation_id) == 25, "UNKNOWN_MEMBER_ID"
    assert quick.heartbeat(first.generation_id) == 22, "ILLEGAL_GENERATION"
    assert quick.heartbeat(second.generation_id) == 0


def test_followers_get_their_share_once_the_leader_has_dealt_out(bootstrap, wire, topic, name):
    subject, group = topic(), name("group")
    coordinators_are_there(wire, group)
    members = [RawMember(bootstrap, group, subject, rebalance=10_000) for _ in range(3)]
    members[0].ask_to_join()
    alone = members[0].joined()
    members[0].sync(alone, [members[0].id])
    for member in members[1:]:
        member.ask_to_join()
    members[0].ask_to_join()
    answers = [m.joined() for m in members]
    assert len({a.generation_id for a in answers}) == 1 and len({a.leader for a in answers}) == 1
    leader = next(i for i, m in enumerate(members) if m.id == answers[0].leader)
    assert sorted(m.member_id for m in answers[leader].members) == sorted(m.id for m in members)
    assert all(not a.members for i, a in enumerate(answers) if i != leader), "only the leader hears who is there"
    followers = [i for i in range(3) if i != leader]
    for index in followers:
        members[index].connection.send(build(
            SYNC, 3, group_id=group, generation_id=answers[0].generation_id, member_id=members[index].id, assignments=[]
        ))
    members[leader].sync(answers[leader], [m.id for m in members])
    for index in followers:
        _, share = members[index].connection.receive(SYNC, 3)
        assert (share.error_code, share.assignment) == (0, b"share of " + members[index].id.encode())


def test_what_a_group_refuses(bootstrap, wire, topic, name):
    subject, group = topic(), name("group")
    coordinators_are_there(wire, group)
    values = {
        "group_id": group, "rebalance_timeout_ms": 5000, "member_id": "", "protocol_type": "consumer",
        "protocols": [{"name": "range", "metadata": subscription(subject)}],
    }

    def code(**changes):
        return wire.call(build(JOIN, 5, **{**values, "session_timeout_ms": 6000, **changes})).error_code

    assert code(session_timeout_ms=1) == 26, "INVALID_SESSION_TIMEOUT"
    assert code(session_timeout_ms=2_000_000_000) == 26
    assert code(group_id="") == 24, "INVALID_GROUP_ID"
    assert code(member_id="invented") == 25, "UNKNOWN_MEMBER_ID"
    member = RawMember(bootstrap, group, subject)
    member.ask_to_join()
    assert member.joined().error_code == 0
    assert code(protocol_type="connect") == 23, "INCONSISTENT_GROUP_PROTOCOL"
    assert code(protocols=[{"name": "other", "metadata": b""}]) == 23
    assert wire.call(build(LEAVE, 3, group_id=group, members=[{"member_id": member.id}])).members[0].error_code == 0
    assert wire.call(build(LEAVE, 3, group_id=group, members=[{"member_id": member.id}])).members[0].error_code == 25
