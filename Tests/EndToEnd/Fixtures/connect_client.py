"""PyPI's kafka-connect-py against sluice capture, whose connectors register.sh has made.

usage: connect_client.py URL
"""

import sys
import time

from kafka_connect import KafkaConnect

client = KafkaConnect(url=sys.argv[1])


def eventually(what, condition):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def state(name):
    status = client.get_connector_status(name)
    return [status["connector"]["state"]] + [task["state"] for task in status["tasks"]]


cluster = client.get_cluster_info()
assert set(cluster) == {"version", "commit", "kafka_cluster_id"}, cluster
names = client.list_connectors()
assert "shop-brand" in names, names
assert set(client.list_connectors(expand="status")) == set(names)
assert set(client.list_connectors(expand="info")) == set(names)
assert client.list_connectors(pattern="shop-b.*") == ["shop-brand"]
assert set(client.list_connectors(state="running")) == set(names)

name = "shop-brand"
config = client.get_connector_config(name)
assert client.get_connector(name)["config"] == config
assert client.update_connector(name, config)["name"] == name
assert [task["id"]["task"] for task in client.list_connector_tasks(name)] == [0]
assert client.get_connector_task_status(name, 0)["state"] == "RUNNING"
assert client.list_connector_topics(name)[name]["topics"] == ["shop.public.brands"]
client.pause_connector(name)
assert state(name) == ["PAUSED", "PAUSED"], state(name)
client.resume_connector(name)
eventually("resumed", lambda: state(name) == ["RUNNING", "RUNNING"])
client.restart_connector(name, include_tasks=True)
eventually("restarted", lambda: state(name) == ["RUNNING", "RUNNING"])
client.restart_connector_task(name, 0)
eventually("restarted", lambda: state(name) == ["RUNNING", "RUNNING"])
client.reset_connector_topics(name)

plugins = client.list_connector_plugins()
assert [plugin["class"] for plugin in plugins] == ["io.debezium.connector.postgresql.PostgresConnector"], plugins
checked = client.validate_connector_config("PostgresConnector", dict(config, name=name, **{"snapshot.mode": "sometimes"}))
assert checked["error_count"] == 1, checked["error_count"]

copy = dict(config, **{"slot.name": "sluice_copy", "topic.prefix": "copy", "publication.name": "sluice_copy", "name": "copy"})
assert client.create_connector({"name": "copy", "config": copy})["name"] == "copy"
eventually("made", lambda: state("copy") == ["RUNNING", "RUNNING"])
try:
    client.create_connector({"name": "copy", "config": copy})
    raise AssertionError("a second connector of the same name")
except Exception as error:
    assert "409" in str(error), error
client.delete_connector("copy")
assert "copy" not in client.list_connectors()
