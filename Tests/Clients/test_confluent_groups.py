"""confluent-kafka's consumer groups: three members, who come, go and are killed."""

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

from members import Member, dealt_out
from waiting import eventually

PARTITIONS = 6


@pytest.fixture
def group(bootstrap, topic, name):
    """Starts members of one group over one topic, and ends them with the test."""
    subject, group_id, members = topic(partitions=PARTITIONS), name("group"), []

    class Group:
        topic = subject
        id = group_id

        @staticmethod
        def member(strategy, instance=None):
            members.append(Member(bootstrap, group_id, subject, strategy, instance))
            return members[-1]

    yield Group
    for member in members:
        member.kill()


@pytest.mark.parametrize("strategy", ["range", "roundrobin", "cooperative-sticky"])
def test_three_members_join_leave_and_one_is_killed(bootstrap, group, strategy):
    members = [group.member(strategy) for _ in range(3)]
    held = eventually(lambda: dealt_out(members, PARTITIONS), "three members share six partitions", 40)
    assert [len(h) for h in held] == [2, 2, 2]

    producer = Producer({"bootstrap.servers": bootstrap})
    for index in range(60):
        producer.produce(group.topic, value=str(index), partition=index % PARTITIONS)
    assert producer.flush(20) == 0

    def values():
        return sorted(int(e["value"]) for m in members for e in m.of_kind("record"))

    eventually(lambda: values() == list(range(60)), "each record came to one of them", 20)

    first, second, third = members
    third.leave()
    eventually(lambda: dealt_out([first, second], PARTITIONS), "two members share what the third left", 20)
    fourth = group.member(strategy)
    eventually(lambda: dealt_out([first, second, fourth], PARTITIONS), "a new member gets a share", 30)
    second.kill()
    eventually(lambda: dealt_out([first, fourth], PARTITIONS), "the session of the killed member times out", 30)
    assert values() == list(range(60)), "what was committed is not read again"
    assert not [e for m in members for e in m.of_kind("error")]


def test_cooperative_members_keep_what_does_not_move(group):
    """While a second member joins, the first gives up only what the second gets: nothing is revoked and assigned again."""
    first = group.member("cooperative-sticky")
    eventually(lambda: dealt_out([first], PARTITIONS), "one member has all", 30)
    second = group.member("cooperative-sticky")
    eventually(lambda: dealt_out([first, second], PARTITIONS), "two members share", 30)
    revoked = [p for e in first.of_kind("revoked") for p in e["gone"]]
    assert sorted(revoked) == sorted(second.held)
    assigned = [p for e in first.of_kind("assigned") for p in e["new"]]
    assert sorted(assigned) == list(range(PARTITIONS)), "the first member was never given a partition twice"


def test_a_static_member_comes_back_without_a_rebalance(group):
    others = [group.member("range", f"instance-{i}") for i in range(2)]
    restarted = group.member("range", "instance-2")
    eventually(lambda: dealt_out([*others, restarted], PARTITIONS), "three static members share", 40)
    before = [m.changes for m in others]
    had = restarted.held
    restarted.leave()  # Without a leave request, as its id is static (KIP-345).
    again = group.member("range", "instance-2")
    eventually(lambda: again.held == had, "the same instance gets the same partitions", 20)
    assert [m.changes for m in others] == before, "the others saw no rebalance"


def test_two_members_of_one_instance_id_fence_each_other(bootstrap, topic, name):
    subject, group_id = topic(partitions=2), name("group")
    settings = {
        "bootstrap.servers": bootstrap, "group.id": group_id, "group.instance.id": "the one", "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 300,
    }
    first, second = Consumer(settings), Consumer(settings)
    try:
        first.subscribe([subject])
        eventually(lambda: first.poll(0.1) is None and len(first.assignment()) == 2, "the first one has all partitions", 20)
        second.subscribe([subject])
        eventually(lambda: second.poll(0.1) is None and len(second.assignment()) == 2, "the second one takes its place", 20)

        def fenced():
            message = first.poll(0.2)
            return message is not None and message.error() and message.error().code()

        try:
            code = eventually(fenced, "the first one is fenced", 20)
        except KafkaException as error:
            code = error.args[0].code()
        assert code in (KafkaError.FENCED_INSTANCE_ID, KafkaError._FATAL)
    finally:
        second.close()
        first.close()


def test_committed_offsets_with_metadata_and_resuming(bootstrap, topic, name):
    subject, group_id = topic(), name("group")
    producer = Producer({"bootstrap.servers": bootstrap})
    for index in range(10):
        producer.produce(subject, value=str(index), partition=0)
    assert producer.flush(20) == 0

    def consumer():
        made = Consumer({
            "bootstrap.servers": bootstrap, "group.id": group_id, "enable.auto.commit": False, "auto.offset.reset": "earliest",
        })
        made.subscribe([subject])
        return made

    first = consumer()
    values = []
    eventually(lambda: (m := first.poll(0.2)) and values.append(m.value()) or len(values) == 4, "four records", 20)
    first.commit(offsets=[TopicPartition(subject, 0, 4, "four of ten")], asynchronous=False)
    committed = first.committed([TopicPartition(subject, 0)], timeout=10)[0]
    assert (committed.offset, committed.metadata) == (4, "four of ten")
    first.close()
    second = consumer()
    message = eventually(lambda: second.poll(0.2), "the group goes on", 20)
    assert message.value() == b"4"
    second.close()


def test_commits_of_a_member_that_lost_its_place_are_refused(bootstrap, topic, name):
    """A commit with the generation of before the rebalance must not overwrite what the new owner commits."""
    from wire import MESSAGES, Connection, build

    subject, group_id = topic(), name("group")
    member = Consumer({"bootstrap.servers": bootstrap, "group.id": group_id, "enable.auto.commit": False})
    member.subscribe([subject])
    eventually(lambda: member.poll(0.1) is None and member.assignment(), "the group has a member", 20)
    commit = MESSAGES["OffsetCommitRequest"]
    topics = [{"name": subject, "partitions": [{"partition_index": 0, "committed_offset": 5, "committed_metadata": ""}]}]

    def code(**who):
        with Connection(bootstrap) as connection:
            return connection.call(build(commit, 8, group_id=group_id, topics=topics, **who)).topics[0].partitions[0].error_code

    assert code(generation_id_or_member_epoch=1, member_id="nobody") == 25, "UNKNOWN_MEMBER_ID"
    assert code(generation_id_or_member_epoch=-1, member_id="") == 25, "a commit without a member while the group has some"
    me = member.memberid()
    assert code(generation_id_or_member_epoch=99, member_id=me) == 22, "ILLEGAL_GENERATION"
    member.close()
    assert code(generation_id_or_member_epoch=-1, member_id="") == 0, "an empty group takes simple commits"
