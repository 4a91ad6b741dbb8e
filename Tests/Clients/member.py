"""One member of a consumer group as a process of its own, which a test may kill -9. Each line it prints is a JSON object.

member.py BOOTSTRAP GROUP TOPIC STRATEGY [INSTANCE_ID]: "assigned"/"revoked" with all partitions now held, "record" with its value.
It leaves the group and ends when its standard input is closed.
"""

import json
import sys
import threading

from confluent_kafka import Consumer


def main(bootstrap, group, topic, strategy, instance=None):
    cooperative = strategy.startswith("cooperative")
    held = set()

    def say(what, **more):
        print(json.dumps({"what": what, "held": sorted(held), **more}), flush=True)

    def assigned(consumer, partitions):
        if cooperative:
            consumer.incremental_assign(partitions)
            held.update(p.partition for p in partitions)
        else:
            consumer.assign(partitions)
            held.clear()
            held.update(p.partition for p in partitions)
        say("assigned", new=sorted(p.partition for p in partitions))

    def revoked(consumer, partitions):
        if cooperative:
            consumer.incremental_unassign(partitions)
        else:
            consumer.unassign()
        held.difference_update(p.partition for p in partitions)
        say("revoked", gone=sorted(p.partition for p in partitions))

    settings = {
        "bootstrap.servers": bootstrap, "group.id": group, "partition.assignment.strategy": strategy, "auto.offset.reset": "earliest",
        "session.timeout.ms": 6000, "heartbeat.interval.ms": 500, "enable.auto.commit": False,
    }
    if instance:
        settings["group.instance.id"] = instance
    consumer = Consumer(settings)
    consumer.subscribe([topic], on_assign=assigned, on_revoke=revoked, on_lost=revoked)
    stop = threading.Event()
    threading.Thread(target=lambda: (sys.stdin.read(), stop.set()), daemon=True).start()
    while not stop.is_set():
        message = consumer.poll(0.1)
        if message is None:
            continue
        if message.error():
            say("error", error=str(message.error()))
            continue
        say("record", partition=message.partition(), offset=message.offset(), value=message.value().decode())
        consumer.commit(message=message, asynchronous=False)
    consumer.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
