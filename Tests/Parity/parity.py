#!/usr/bin/env python3
"""parity.py: random tables and changes through `sluice capture` and through Debezium's engine, record for record.

Prints each difference with the table's DDL, the statements and both records; exits 2 if there was one. A round is a database of
its own, wholly decided by its seed: `--seed 1234 --rounds 1` makes the same one again.
"""

import argparse
import os
import random
import re
import signal
import sys
import tempfile
from pathlib import Path

from engines import BARRIER, Debezium, Sluice
from exceptions import EXCEPTIONS
from records import Place, compare, mask, operation
from server import Server
from tables import ident, insert, operations, schema_change, table
from values import SETUP


def options(r, number, fixed):
    settings = {
        "decimal.handling.mode": r.choice(["precise", "precise", "string", "double"]),
        "time.precision.mode": r.choice(["adaptive", "adaptive_time_microseconds", "connect", "isostring", "microseconds", "nanoseconds"]),
        "interval.handling.mode": r.choice(["numeric", "string"]),
        "binary.handling.mode": r.choice(["bytes", "bytes", "base64", "base64-url-safe", "hex"]),
        "hstore.handling.mode": r.choice(["json", "map"]),
        "include.unknown.datatypes": r.choice(["true", "false"]),
        "publish.via.partition.root": r.choice(["true", "false"]),
        "skipped.operations": r.choice(["t", "none"]),
        "tombstones.on.delete": r.choice(["true", "true", "false"]),
        "money.fraction.digits": r.choice(["2", "2", "0", "4"]),
        "converter.schemas.enable": "false",
    }  # fmt: skip
    settings.update(fixed)
    return settings


def connector(settings, port, database, name, prefix):
    # The same prefix for both: it is in each record.
    return {
        "connector.class": "io.debezium.connector.postgresql.PostgresConnector", "database.hostname": "127.0.0.1", "database.port": str(port),
        "database.user": "parity", "database.password": "parity", "database.dbname": database, "topic.prefix": prefix, "plugin.name": "pgoutput",
        "slot.name": name, "publication.name": name, "status.update.interval.ms": "1000", **settings,
    }  # fmt: skip


def short(record):
    """A record for people: long values cut."""
    return re.sub(r"(\w{12})\w{60,}", r"\1…", str(record))[:1500]


class Round:
    def __init__(self, seed, server, engines, arguments):
        self.seed, self.server, self.engines, self.arguments = seed, server, engines, arguments
        self.r = random.Random(seed)
        self.name = f"r{seed}"
        self.barrier = 0
        self.script = []
        self.ended = None
        self.known = 0

    def sql(self, lines):
        """Statements that may fail: both engines then see nothing of them."""
        text = "".join(line + ";\n" for line in lines)
        self.script.append(text)
        _, errors = self.server.sql(text, self.name, check=False)
        if self.arguments.verbose and errors:
            print(errors[:5000], file=sys.stderr)

    def meet(self):
        """Waits until both engines have sent everything so far."""
        self.barrier += 1
        self.sql([f"insert into {BARRIER} values ({self.barrier})"])
        return self.wait()

    def wait(self):
        for engine in self.engines:
            if not engine.records.wait_for_barrier(self.barrier, engine.alive, 60):
                self.ended = f"{type(engine).__name__} did not come to barrier {self.barrier}: {engine.problem()[-1500:]}"
                return False
        return True

    def run(self):
        r = self.r
        self.server.sql(f"create database {self.name}")
        self.server.sql(SETUP + 'create schema "sch Ö";', self.name)
        self.settings = options(r, self.seed, dict(pair.split("=", 1) for pair in self.arguments.set))
        if self.arguments.case:
            return self.run_case()
        self.tables = [table(r, n) for n in range(self.arguments.tables)]
        for t in self.tables:
            self.sql(t.ddl)
        for t in self.tables:
            self.sql([insert(r, t, 0.1) for _ in range(r.randint(0, 3))])
        return self.stream(self.changes)

    def changes(self):
        r = self.r
        self.sql(operations(r, self.tables, self.arguments.operations))
        for number in range(self.arguments.changes):
            # Debezium asks the catalogue when it meets a change of shape, so both must be here before it is made.
            if not self.meet():
                return
            changed = r.choice([t for t in self.tables])
            self.sql([schema_change(r, changed, number)])
            self.sql(operations(r, [changed], 8) + operations(r, self.tables, self.arguments.operations // 3))

    def run_case(self):
        folder, name = os.path.split(self.arguments.case)
        self.tables = []
        self.sql([Path(folder, name + ".ddl.sql").read_text()])
        return self.stream(lambda: self.sql([Path(folder, name + ".dml.sql").read_text()]))

    def stream(self, changes):
        self.sql([f"create table {BARRIER} (id integer primary key)", f"insert into {BARRIER} values (0)"])
        for engine, slot in zip(self.engines, ("ours", "theirs")):
            engine.start(f"{self.name}_{slot}", connector(self.settings, self.server.port, self.name, f"{slot}_{self.seed}", "parity"))
        try:
            if self.wait():
                changes()
                if self.ended is None:
                    self.meet()
        finally:
            for engine in self.engines:
                engine.stop()
        self.topics = {}
        ours, theirs = ([mask(line) for line in engine.records.read()] for engine in self.engines)
        for record in ours + theirs:
            if source := isinstance(record["value"], dict) and record["value"].get("source"):
                self.topics[record["topic"]] = source
        theirs = self.without_copies_of_partitions(ours, theirs)
        count, differences = compare(ours, theirs)
        for _, where, mine, real in differences:
            for place in where:
                place.kind = self.kind_of(place.path, mine or real)
                place.settings = self.settings
                t = self.table_of(mine or real)
                place.default = next((c.default for c in t.columns if c.name in place.path), "") if t else ""
                place.generated = {c.name for c in t.columns if c.generated} if t else set()
                if place.path[-1] == "fields" and not place.kind:
                    t = self.table_of(mine or real)
                    place.kind = str([self.kind_of((n,), mine or real) for n in [*place.ours, *place.theirs]][:3]) if len(place.ours) < 4 else ""
        left = []
        for topic, where, mine, real in differences:
            unknown = [place for place in where if not (mine and real and any(meant(place, mine, real) for meant in EXCEPTIONS))]
            if unknown:
                left.append((topic, unknown, mine, real))
        self.known = len(differences) - len(left)
        differences = left
        # The engine stops for good on some rows, such as NaN in a NOT NULL decimal: then there is nothing to compare with.
        self.engine_stopped = bool(self.ended) and "Debezium did not come" in str(self.ended) and "Sluice did not come" not in str(self.ended)
        if self.engine_stopped:
            return 0, []
        if self.ended:
            differences = [("the round", [Place(("end",), self.ended, "")], None, None)] + differences[:3]
        return count, differences

    def without_copies_of_partitions(self, ours, theirs):
        """Debezium's snapshot reads partitioned tables twice, as the root and as its partitions, of which only one is streamed.

        The copies would stay in their topics for ever, whatever becomes of the rows: sluice reads what it streams.
        """
        split = [t for t in self.tables if t.partitioned]
        if not split:
            return theirs
        via_root = self.settings["publish.via.partition.root"] == "true"
        for record in ours + theirs:
            if operation(record) == "r":
                record["value"]["source"]["snapshot"] = "<snapshot>"

        def is_copy(record):
            source = record["value"].get("source", {}) if operation(record) == "r" else {}
            return any(
                source.get("schema") == t.schema and (source["table"] != t.name and source["table"][:-1] == f"{t.name}_p" if via_root else source["table"] == t.name)
                for t in split)  # fmt: skip

        return [record for record in theirs if not is_copy(record)]

    def table_of(self, record):
        source = ((record or {}).get("value") or {}).get("source") or self.topics.get((record or {}).get("topic")) or {}
        schema, name = source.get("schema"), source.get("table") or ""
        return next((t for t in self.tables if t.schema == schema and (t.name == name or t.partitioned and name[:-1] == f"{t.name}_p")), None)

    def kind_of(self, path, record):
        t = self.table_of(record)
        if not t:
            return ""
        return next((kind for name, kind in t.history if name in path), "")

    def summarize(self, differences, summary):
        for _, where, mine, real in differences:
            for place in where:
                column = place.kind and next((part for part in place.path if part in ("key", "before", "after")), "")
                how = "read" if real and operation(real) == "r" else ""
                title = f"{column} {place.path[-1] if place.path[-1] == 'fields' else ''} of {place.kind} {how}" if column else ".".join(place.path[:1] if place.path[0] in ("order", "end") else place.path)
                summary.setdefault(title, []).append((self.seed, place))

    def report(self, differences):
        print(f"--- seed {self.seed}: {len(differences)} differences; " + ", ".join(f"{k}={v}" for k, v in self.settings.items()))
        shown = set()
        for topic, where, mine, real in differences:
            kind = tuple(place.title for place in where)
            if kind in shown and not self.arguments.verbose:
                continue
            shown.add(kind)
            print(f"  {topic}")
            for place in where[:8]:
                print(f"    {place}")
            if t := self.table_of(mine or real):
                print("    " + "; ".join(t.ddl)[:2000])
            print(f"    ours     {short(mine)}\n    Debezium {short(real)}")
        path = Path(self.arguments.folder, f"{self.name}.sql")
        path.write_text("".join(self.script))
        print(f"  all statements: {path}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seed", type=int, default=1, help="of the first round; the following ones count up")
    parser.add_argument("--rounds", type=int, default=8)
    parser.add_argument("--tables", type=int, default=8)
    parser.add_argument("--operations", type=int, default=60)
    parser.add_argument("--changes", type=int, default=3, help="changes of a table's shape in mid-stream")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="fixes a key of the connectors")
    parser.add_argument("--case", help="FOLDER/NAME: NAME.ddl.sql and NAME.dml.sql instead of random tables")
    parser.add_argument("--folder", default=".", help="where scripts of failed rounds go")
    parser.add_argument("--binary", required=True, help="sluice")
    parser.add_argument("--classpath", required=True, help="the engine's")
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--quiet", action="store_true", help="a summary alone, no records")
    arguments = parser.parse_args()
    # Whoever ends this early ends the servers, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    total, failed, known, stopped, summary = 0, 0, 0, 0, {}
    with tempfile.TemporaryDirectory(prefix="parity.", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)
        (Path(folder) / "postgres").mkdir()
        server = Server(Path(folder) / "postgres")
        server.start()
        debezium = Debezium(arguments.classpath, folder)
        try:
            for seed in range(arguments.seed, arguments.seed + arguments.rounds):
                one = Round(seed, server, [Sluice(arguments.binary, folder), debezium], arguments)
                count, differences = one.run()
                total += count
                failed += len(differences)
                known += one.known
                if differences:
                    one.summarize(differences, summary)
                    if not arguments.quiet:
                        one.report(differences)
                stopped += one.engine_stopped
                outcome = "left out: Debezium stopped" if one.engine_stopped else f"{count} records of {len(one.tables)} tables, {len(differences)} differences"
                print(f"parity: seed {seed}: {outcome}", flush=True)
                server.sql(f"drop database {one.name} with (force)", check=False)
                server.sql(f"select pg_drop_replication_slot(slot_name) from pg_replication_slots where not active", check=False)
                server.sql(f"drop database if exists {one.name} with (force)", check=False)
        finally:
            debezium.close()
            server.stop()
    for title, places in sorted(summary.items(), key=lambda item: -len(item[1])):
        print(f"{len(places):5} x {title}, as in seed {places[0][0]}: {places[0][1]}")
    print(f"parity: {arguments.rounds} rounds, {arguments.rounds * arguments.tables} tables, {total} records compared, {failed} differences, {known} meant, {stopped} rounds in which Debezium stopped")
    sys.exit(2 if failed else 0 if total else 1)


if __name__ == "__main__":
    main()
