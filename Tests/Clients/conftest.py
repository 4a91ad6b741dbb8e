"""Fixtures of all client tests: which broker, and names that no other test uses."""

import os
import subprocess
import uuid
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewTopic

from broker import Broker
from waiting import eventually


@pytest.fixture(scope="session")
def bootstrap():
    """The cluster under test; run.sh names it."""
    address = os.environ.get("KAFKA_BOOTSTRAP_SERVERS")
    assert address, "KAFKA_BOOTSTRAP_SERVERS names no broker: start the tests with Tests/Clients/run.sh"
    return address


@pytest.fixture(scope="session")
def binary():
    """The `sluice` binary; tests that need it are about our own broker, and are skipped where a cluster was named."""
    path = os.environ.get("CLIENTS_BINARY")
    if not path:
        pytest.skip("needs a broker of its own, and KAFKA_BOOTSTRAP_SERVERS names a cluster")
    return path


@pytest.fixture
def own_broker(binary, tmp_path):
    """Makes brokers that the test may kill; they end with the test."""
    brokers = []

    def make(*settings):
        broker = Broker(binary, tmp_path / f"broker{len(brokers)}", settings)
        brokers.append(broker)
        return broker.start()

    yield make
    for broker in brokers:
        broker.kill()


@pytest.fixture
def name(request):
    """Names of this test's own, for topics, groups and transactional ids: `name("orders")`."""
    run = uuid.uuid4().hex[:8]
    test = request.node.originalname.removeprefix("test_")[:60]
    return lambda what="": f"{test}.{run}" + (f".{what}" if what else "")


@pytest.fixture(scope="session")
def admin(bootstrap):
    return AdminClient({"bootstrap.servers": bootstrap})


@pytest.fixture
def topic(admin, name):
    """Creates topics of this test and deletes them after it: `topic(partitions=3, config={...})` is the topic's name.

    Unless a test says otherwise they keep records for ever: many tests write times of long ago, which retention would drop at once.
    """
    made = []

    def make(what="topic", partitions=1, config=None):
        settings = {"retention.ms": "-1"} if config is None else config
        new = NewTopic(name(what), num_partitions=partitions, replication_factor=1, config=settings)
        admin.create_topics([new])[new.topic].result(20)
        made.append(new.topic)
        eventually(
            lambda: len(admin.list_topics(new.topic, timeout=5).topics[new.topic].partitions) == partitions,
            f"metadata shows {new.topic}",
        )
        return new.topic

    yield make
    if made:
        for future in admin.delete_topics(made).values():
            try:
                future.result(20)
            except Exception:  # noqa: BLE001 - the test may have deleted it
                pass


@pytest.fixture
def kcat(bootstrap):
    """Runs kcat against the broker: `kcat("-L")`. Its standard output comes back as bytes; failing is a test's failure."""

    def run(*arguments, stdin=b"", check=True, seconds=30):
        result = subprocess.run(
            ["kcat", "-b", bootstrap, *arguments], input=stdin, capture_output=True, timeout=seconds, check=False
        )
        if check:
            assert result.returncode == 0, f"kcat {arguments} ended with {result.returncode}: {result.stderr.decode()}"
        return result

    return run


@pytest.fixture(scope="session")
def here():
    return Path(__file__).parent
