"""mirror.py: keeps a mirror of one table, as a Python service would: confluent-kafka and psycopg, and Python's json, or orjson (--json orjson).

One transaction a batch of up to 2000 records: the newest change of each row is COPYed into a temporary table and upserted from there by
one statement, then the offsets are committed to Kafka, by hand, after the database. A row is guarded by its LSN, so that a batch that
comes again does no harm, and deletes leave a mark. Left out beside the syncer: truncations, snapshots' order, TOASTed values that did not
change, key changes, retries, dead letters, lag and metrics.

Prints `result RATE PEAK_BYTES CPU_SECONDS`; the clock runs from the first committed batch to the last.
"""

import argparse
import binascii
import datetime
import json
import resource
import time
from decimal import Decimal

import orjson
import psycopg
from confluent_kafka import Consumer

COLUMNS = {
    "id": "bigint", "name": "text", "price": "numeric(12,2)", "quantity": "integer", "is_listed": "boolean", "description": "text",
    "changed_at": "timestamptz",
}
BATCH = 2000


def decimal(value, scale=2):
    """A numeric of decimal.handling.mode=precise: the unscaled number, big-endian, in Base64."""
    return Decimal(int.from_bytes(binascii.a2b_base64(value), "big", signed=True)).scaleb(-scale)


def tables(connection, schema):
    columns = ", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())
    names = ", ".join(COLUMNS)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS mirror_{schema}")
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    connection.execute(
        f"CREATE TABLE IF NOT EXISTS mirror_{schema}.items ({columns}, _lsn bigint NOT NULL, _ts timestamptz, _deleted_at timestamptz, "
        "PRIMARY KEY (id)) WITH (fillfactor = 85)")
    connection.execute(f"CREATE OR REPLACE VIEW {schema}.items AS SELECT {names} FROM mirror_{schema}.items WHERE _deleted_at IS NULL")
    connection.execute(f"CREATE TEMPORARY TABLE batch (LIKE mirror_{schema}.items) ON COMMIT DELETE ROWS")
    connection.commit()


def rows(messages, loads):
    """The newest change of each row of a batch, as tuples for COPY."""
    newest = {}
    now = datetime.datetime.now(datetime.timezone.utc)
    for message in messages:
        value = message.value()
        if value is None:
            continue
        change = loads(value)
        source = change["source"]
        lsn = source["lsn"]
        deleted = change["op"] == "d"
        row = change["before"] if deleted else change["after"]
        key = row["id"]
        known = newest.get(key)
        if known is not None and known[7] >= lsn:
            continue
        if deleted:
            newest[key] = (key, None, None, None, None, None, None, lsn, source["ts_ms"], now)
        else:
            newest[key] = (
                key, row["name"], row["price"], row["quantity"], row["is_listed"], row["description"], row["changed_at"], lsn,
                source["ts_ms"], None)
    for row in newest.values():
        price = row[2]
        yield (
            row[0], row[1], None if price is None else decimal(price), row[3], row[4], row[5], row[6], row[7],
            datetime.datetime.fromtimestamp(row[8] / 1000, datetime.timezone.utc), row[9])


def main():
    parser = argparse.ArgumentParser()
    for name in ("servers", "topic", "group", "schema", "database"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--records", type=int, required=True)
    parser.add_argument("--json", choices=["json", "orjson"], default="json")
    options = parser.parse_args()
    loads = {"json": json.loads, "orjson": orjson.loads}[options.json]
    connection = psycopg.connect(options.database)
    tables(connection, options.schema)
    names = ", ".join(COLUMNS)
    sets = ", ".join(f"{name} = excluded.{name}" for name in [*list(COLUMNS)[1:], "_lsn", "_ts", "_deleted_at"])
    upsert = (
        f"INSERT INTO mirror_{options.schema}.items AS m ({names}, _lsn, _ts, _deleted_at) SELECT * FROM batch "
        f"ON CONFLICT (id) DO UPDATE SET {sets} WHERE m._lsn < excluded._lsn")
    copy = f"COPY batch ({names}, _lsn, _ts, _deleted_at) FROM STDIN"
    consumer = Consumer(
        {"bootstrap.servers": options.servers, "group.id": options.group, "auto.offset.reset": "earliest", "enable.auto.commit": False,
         "partition.assignment.strategy": "cooperative-sticky"})
    consumer.subscribe([options.topic])
    done, first, begin = 0, 0, None
    with connection.cursor() as cursor:
        while done < options.records:
            messages = consumer.consume(BATCH, timeout=0.2)
            for message in messages:
                if message.error():
                    raise SystemExit(f"expected a record, found {message.error()}")
            if not messages:
                continue
            with cursor.copy(copy) as writer:
                for row in rows(messages, loads):
                    writer.write_row(row)
            cursor.execute(upsert)
            connection.commit()
            consumer.commit(asynchronous=True)
            done += len(messages)
            if begin is None:
                begin, first = time.perf_counter(), done
    seconds = time.perf_counter() - begin
    consumer.close()
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(f"result {(done - first) / seconds:.1f} {usage.ru_maxrss * 1024} {usage.ru_utime + usage.ru_stime:.2f}")


main()
