#!/usr/bin/env python3
"""chains.py: transforms of connector files, in `sluice capture` and in Debezium's engine, over the same tables and changes."""

import argparse
import os
import sys
import tempfile
from pathlib import Path

from engines import Debezium, Sluice
from parity import Round
from server import Server

KAFKA = "org.apache.kafka.connect.transforms."
DEBEZIUM = "io.debezium.transforms."
# The rows that mark points in the stream stay as they are, and so do tombstones where a class refuses them.
PREDICATES = {
    "predicates": "mark,tombstone,usual",
    "predicates.mark.type": KAFKA + "predicates.TopicNameMatches",
    "predicates.mark.pattern": r".*zz_barrier",
    "predicates.tombstone.type": KAFKA + "predicates.RecordIsTombstone",
    "predicates.usual.type": KAFKA + "predicates.TopicNameMatches",
    "predicates.usual.pattern": r"parity\.public\.(?!zz_barrier).*",
}
BARE = ("ExtractNewRecordState", {})
ROUTER = "outbox.EventRouter"
USUAL = {"predicate": "usual", "negate": "false"}
# A name, the transforms, other settings of the connector, and the case: its tables and changes stand in cases/.
CHAINS = [
    ("rows", [("ExtractNewRecordState", {"add.fields": "op,table,source.schema", "add.headers": "op,db", "delete.tombstone.handling.mode": "rewrite"})], {}, "usual"),
    ("rows with deletes as tombstones", [("ExtractNewRecordState", {"delete.tombstone.handling.mode": "delete-to-tombstone"})], {}, "usual"),
    ("rows with tombstones", [("ExtractNewRecordState", {"delete.tombstone.handling.mode": "rewrite-with-tombstone", "add.fields": "op:o,snapshot"})], {}, "usual"),
    ("one topic", [("ByLogicalTableRouter", {"topic.regex": r"(.*)\.[^.]*", "topic.replacement": "$1.all"})], {}, "usual"),
    ("after", [("ReplaceField$Value", {"include": "after,op"})], {}, "usual"),
    ("headers", [("InsertHeader", {"header": "h", "value.literal": "[1,2.5]"}), ("InsertHeader", {"header": "i", "value.literal": "2024-02-03"}),
                 ("HeaderFrom$Value", {"fields": "op,before", "headers": "op,b", "operation": "copy", **USUAL}),
                 ("DropHeaders", {"headers": "__debezium.context.taskId"})], {"tombstones.on.delete": "false"}, "usual"),
    ("text", [BARE, ("InsertField$Value", {"topic.field": "t!", "static.field": "s", "static.value": "x"})], {}, "usual"),
    ("with schemas", [BARE, ("SetSchemaMetadata$Value", {"schema.name": "x", "schema.version": "2"})], {"converter.schemas.enable": "true"}, "usual"),
    ("events", [(ROUTER, {})], {}, "outbox"),
    ("events with all there is beside the payload", [(ROUTER, {"table.fields.additional.placement": "type:header:eventType,part:partition,at:envelope,version:envelope:v",
                                                             "route.by.field": "type", "table.field.event.key": "id", "route.topic.replacement": "e.${routedByValue}"})], {}, "outbox"),
    ("events in full", [(ROUTER, {"table.expand.json.payload": "true", "table.field.event.timestamp": "at", "table.json.payload.null.behavior": "optional_bytes"})], {}, "outbox"),
    ("events in full, with schemas", [(ROUTER, {"table.expand.json.payload": "true", "table.fields.additional.placement": "type:envelope"})],
     {"converter.schemas.enable": "true"}, "outbox"),
    ("events with tombstones", [(ROUTER, {"route.tombstone.on.empty.payload": "true"}), ("HoistField$Key", {"field": "k"})], {}, "outbox"),
    ("values", [("ExtractNewRecordState", {"delete.tombstone.handling.mode": "drop"}), ("ValueToKey", {"fields": "id", **USUAL}), ("ExtractField$Key", {"field": "id", **USUAL}), ("Cast$Key", {"spec": "string", **USUAL}),
                ("MaskField$Value", {"fields": "secret", **USUAL}), ("Cast$Value", {"spec": "amount:string,flag:int8,at:string", **USUAL})], {}, "rows"),
    ("times", [BARE, ("TimestampConverter$Value", {"field": "moment", "target.type": "string", "format": "EEE yyyy-MM-dd HH:mm:ss.SSS", **USUAL}),
               ("TimestampConverter$Value", {"field": "day", "target.type": "Timestamp", **USUAL})], {"time.precision.mode": "connect"}, "rows"),
]


def settings(chain):
    made = dict(PREDICATES)
    names = []
    for i, (kind, options) in enumerate(chain):
        names.append(f"t{i}")
        package = DEBEZIUM if kind in ("ExtractNewRecordState", "ByLogicalTableRouter", ROUTER) else KAFKA
        made[f"transforms.t{i}.type"] = package + kind
        made[f"transforms.t{i}.predicate"] = "mark"
        made[f"transforms.t{i}.negate"] = "true"
        made.update({f"transforms.t{i}.{option}": value for option, value in options.items()})
    made["transforms"] = ",".join(names)
    return made


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--tables", type=int, default=4)
    parser.add_argument("--operations", type=int, default=30)
    parser.add_argument("--changes", type=int, default=0)
    parser.add_argument("--only", help="the chain to run")
    parser.add_argument("--folder", default=".")
    parser.add_argument("--binary", required=True)
    parser.add_argument("--classpath", required=True)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--set", action="append", default=[])
    arguments = parser.parse_args()
    fixed = arguments.set
    total = failed = 0
    with tempfile.TemporaryDirectory(prefix="parity.", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        (Path(folder) / "postgres").mkdir()
        server = Server(Path(folder) / "postgres")
        server.start()
        debezium = Debezium(arguments.classpath, folder)
        try:
            for number, (name, chain, more, case) in enumerate(CHAINS):
                if arguments.only and arguments.only != name:
                    continue
                own = {**settings(chain), **more}
                arguments.set = fixed + [f"{key}={value}" for key, value in own.items()]
                arguments.case = case and str(Path(__file__).parent / "cases" / case)
                one = Round(arguments.seed + number, server, [Sluice(arguments.binary, folder), debezium], arguments)
                count, differences = one.run()
                total += count
                failed += len(differences)
                if differences:
                    one.report(differences)
                print(f"chains: {name}: {count} records, {len(differences)} differences, {one.known} meant", flush=True)
                server.sql(f"drop database {one.name} with (force)", check=False)
                server.sql("select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active", check=False)
                server.sql(f"drop database if exists {one.name} with (force)", check=False)
        finally:
            debezium.close()
            server.stop()
    print(f"chains: {total} records compared, {failed} differences")
    sys.exit(2 if failed else 0 if total else 1)


if __name__ == "__main__":
    main()
