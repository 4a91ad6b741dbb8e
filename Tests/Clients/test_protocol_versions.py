"""Every version of every API that the broker says it speaks: asked once, and decoded to the last byte by kafka-python's classes."""

import struct
import uuid

import pytest

import batches
from wire import MESSAGES, Connection, api_versions, build, decode_all, response_class

NAMES = {m.API_KEY: n for n, m in MESSAGES.items() if n.endswith("Request")}

# Removed in Apache Kafka 4 but still announced, because librdkafka before 2.10 looks for them (KAFKA-18659).
ANNOUNCED_ONLY = {"ProduceRequest": range(0, 3)}

WANTED = """Produce Fetch ListOffsets Metadata OffsetCommit OffsetFetch FindCoordinator JoinGroup Heartbeat LeaveGroup SyncGroup
    DescribeGroups ListGroups ApiVersions CreateTopics DeleteTopics DeleteRecords InitProducerId OffsetForLeaderEpoch AddPartitionsToTxn
    AddOffsetsToTxn EndTxn TxnOffsetCommit DescribeConfigs CreatePartitions DeleteGroups IncrementalAlterConfigs OffsetDelete
    DescribeCluster""".split()


def subscription(topic):
    """A member's metadata as the consumer protocol lays it out: version, topics, user data."""
    encoded = topic.encode()
    return struct.pack(">hih", 0, 1, len(encoded)) + encoded + struct.pack(">i", -1)


def requests(topic, topic_id, fresh):
    """A meaningful request for each API; `fresh` is a name that nothing has."""
    part = [{"partition_index": 0}]
    producer = {"producer_id": 4242, "producer_epoch": 0}
    txn_topics = [{"name": topic, "partitions": [0]}]
    return {
        "Produce": {
            "acks": -1, "timeout_ms": 5000,
            "topic_data": [{"name": topic, "topic_id": topic_id, "partition_data": [{"index": 0, "records": batches.batch([b"v"])}]}],
        },
        "Fetch": {
            "max_wait_ms": 100, "min_bytes": 1, "max_bytes": 1 << 20,
            "topics": [
                {"topic": topic, "topic_id": topic_id, "partitions": [{"partition": 0, "fetch_offset": 0, "partition_max_bytes": 1 << 20}]}
            ],
        },
        "ListOffsets": {"replica_id": -1, "topics": [{"name": topic, "partitions": [{"partition_index": 0, "timestamp": -1}]}]},
        "Metadata": {"topics": [{"name": topic}]},
        "OffsetCommit": {
            "group_id": fresh, "topics": [{
                "name": topic, "topic_id": topic_id,
                "partitions": [{"partition_index": 0, "committed_offset": 1, "committed_metadata": "m"}],
            }],
        },
        "OffsetFetch": {
            "group_id": fresh, "topics": [{"name": topic, "partition_indexes": [0]}],
            "groups": [{"group_id": fresh, "topics": [{"name": topic, "topic_id": topic_id, "partition_indexes": [0]}]}],
        },
        "FindCoordinator": {"key": fresh, "coordinator_keys": [fresh]},
        "JoinGroup": {
            "group_id": fresh, "session_timeout_ms": 6000, "rebalance_timeout_ms": 6000, "protocol_type": "consumer",
            "protocols": [{"name": "range", "metadata": subscription(topic)}],
        },
        "Heartbeat": {"group_id": fresh, "generation_id": 1, "member_id": "nobody"},
        "LeaveGroup": {"group_id": fresh, "member_id": "nobody", "members": [{"member_id": "nobody"}]},
        "SyncGroup": {"group_id": fresh, "generation_id": 1, "member_id": "nobody", "protocol_type": "consumer", "protocol_name": "range"},
        "DescribeGroups": {"groups": [fresh]},
        "ListGroups": {},
        "ApiVersions": {"client_software_name": "raw", "client_software_version": "1"},
        "CreateTopics": {
            "topics": [{
                "name": fresh, "num_partitions": 1, "replication_factor": 1, "configs": [{"name": "retention.ms", "value": "1000000"}],
            }],
            "timeout_ms": 5000, "validate_only": True,
        },
        "DeleteTopics": {"topics": [{"name": fresh}], "topic_names": [fresh], "timeout_ms": 5000},
        "DeleteRecords": {"topics": [{"name": topic, "partitions": [{"partition_index": 0, "offset": 0}]}], "timeout_ms": 5000},
        "InitProducerId": {"transactional_id": None, "transaction_timeout_ms": 60_000},
        "OffsetForLeaderEpoch": {"topics": [{"topic": topic, "partitions": [{"partition": 0, "leader_epoch": 0}]}]},
        "AddPartitionsToTxn": {
            "v3_and_below_transactional_id": fresh, "v3_and_below_producer_id": 4242, "v3_and_below_producer_epoch": 0,
            "v3_and_below_topics": txn_topics,
            "transactions": [{"transactional_id": fresh, "verify_only": False, "topics": txn_topics, **producer}],
        },
        "AddOffsetsToTxn": {"transactional_id": fresh, "group_id": fresh, **producer},
        "EndTxn": {"transactional_id": fresh, "committed": False, **producer},
        "TxnOffsetCommit": {
            "transactional_id": fresh, "group_id": fresh, **producer,
            "topics": [{"name": topic, "partitions": [{"partition_index": 0, "committed_offset": 1, "committed_metadata": None}]}],
        },
        "DescribeConfigs": {
            "resources": [{"resource_type": 2, "resource_name": topic, "configuration_keys": None}],
            "include_synonyms": True, "include_documentation": True,
        },
        "AlterConfigs": {
            "resources": [{"resource_type": 2, "resource_name": topic, "configs": [{"name": "retention.ms", "value": "1000000"}]}],
            "validate_only": True,
        },
        "CreatePartitions": {
            "topics": [{"name": topic, "count": 2, "assignments": None}], "timeout_ms": 5000, "validate_only": True,
        },
        "DeleteGroups": {"groups_names": [fresh]},
        "IncrementalAlterConfigs": {
            "resources": [{
                "resource_type": 2, "resource_name": topic,
                "configs": [{"name": "retention.ms", "config_operation": 0, "value": "1000000"}],
            }],
            "validate_only": True,
        },
        "OffsetDelete": {"group_id": fresh, "topics": [{"name": topic, "partitions": part}]},
        "DescribeCluster": {"include_cluster_authorized_operations": True},
    }


@pytest.fixture
def announced(bootstrap):
    with Connection(bootstrap) as connection:
        return {key.api_key: range(key.min_version, key.max_version + 1) for key in api_versions(connection).api_keys}


def topic_id_of(connection, topic):
    return connection.call(build(MESSAGES["MetadataRequest"], 12, topics=[{"name": topic}])).topics[0].topic_id


def test_all_apis_of_the_suite_are_announced(announced):
    missing = [name for name in WANTED if MESSAGES[name + "Request"].API_KEY not in announced]
    assert not missing


def test_api_versions_agree_with_each_other(bootstrap):
    with Connection(bootstrap) as connection:
        tables = [
            {(k.api_key, k.min_version, k.max_version) for k in api_versions(connection, version).api_keys} for version in range(0, 5)
        ]
    assert all(table == tables[0] for table in tables)


@pytest.mark.parametrize("api", WANTED + ["AlterConfigs"])
def test_every_version_is_answered_in_its_own_layout(bootstrap, announced, topic, name, api):
    request_class = MESSAGES[api + "Request"]
    if request_class.API_KEY not in announced:
        pytest.skip(f"{api} is not announced by this broker")
    subject = topic()
    versions = [v for v in announced[request_class.API_KEY] if v not in ANNOUNCED_ONLY.get(api + "Request", ())]
    versions = [v for v in versions if request_class.valid_versions[0] <= v <= request_class.valid_versions[1]]
    assert versions
    for version in versions:
        with Connection(bootstrap) as connection:
            topic_id = topic_id_of(connection, subject)
            values = requests(subject, topic_id, name(uuid.uuid4().hex[:6]))[api]
            if version < 1 and api == "Metadata":
                values = {"topics": [{"name": subject}]}
            answer = connection.call(build(request_class, version, **values))
            problem = getattr(answer, "error_code", 0)
            # What is asked exists, except for the members and transactions, which nobody has begun.
            if api in ("Produce", "Fetch", "ListOffsets", "Metadata", "FindCoordinator", "ListGroups", "InitProducerId", "DescribeCluster"):
                assert problem == 0, f"v{version}: {answer}"


def test_a_join_without_a_member_id_is_asked_to_come_back_with_one(bootstrap, topic, name):
    values = requests(topic(), uuid.UUID(int=0), name("group"))["JoinGroup"]
    with Connection(bootstrap) as connection:
        first = connection.call(build(MESSAGES["JoinGroupRequest"], 9, **values))
        assert first.error_code == 79 and first.member_id, "MEMBER_ID_REQUIRED, with an id (KIP-394)"
        second = connection.call(build(MESSAGES["JoinGroupRequest"], 9, **values, member_id=first.member_id))
        assert second.error_code == 0 and second.leader == first.member_id and len(second.members) == 1


@pytest.mark.parametrize("version", [5, 99, 32_767])
def test_unknown_api_versions_are_answered_in_the_oldest_layout(bootstrap, version):
    """A client newer than the broker learns from UNSUPPORTED_VERSION, laid out as v0, what it may use instead (KIP-511)."""
    with Connection(bootstrap) as connection:
        connection.send_frame(struct.pack(">hhih", 18, version, 7, 3) + b"raw" + b"\x00" + b"\x02a\x021\x00")
        frame = connection.receive_frame()
        number, answer = decode_all(response_class(MESSAGES["ApiVersionsRequest"]), 0, frame)
        assert number == 7 and answer.error_code == 35
        own = [k for k in answer.api_keys if k.api_key == 18]
        assert own and own[0].max_version < version
        assert api_versions(connection).error_code == 0, "the connection goes on"


def test_bytes_behind_a_request_are_ignored(bootstrap):
    """librdkafka 2.16 sends these when it asks for all topics: three bytes behind the tags, which Kafka does not look at."""
    with Connection(bootstrap) as connection:
        connection.send_frame(bytes.fromhex("0003000c00000003000772646b61666b61000000000001" + "0000"))
        number, answer = decode_all(MESSAGES["MetadataResponse"], 12, connection.receive_frame())
        assert number == 3 and answer.brokers


@pytest.mark.parametrize(
    ("api", "version"), [("Produce", 0), ("Produce", 2), ("Fetch", 0), ("Fetch", 3), ("ListOffsets", 0), ("Fetch", 999)]
)
def test_versions_that_are_not_spoken_end_the_connection(bootstrap, api, version):
    key = MESSAGES[api + "Request"].API_KEY
    with Connection(bootstrap) as connection, Connection(bootstrap) as other:
        connection.send_frame(struct.pack(">hhih", key, version, 1, 3) + b"raw" + bytes(64))
        assert connection.closed_by_broker()
        assert api_versions(other).error_code == 0
