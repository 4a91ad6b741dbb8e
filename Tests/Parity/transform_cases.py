"""Cases for Kafka Connect's and Debezium's transforms; TransformRecorder runs them.

    python3 transform_cases.py JARS > ../CaptureTests/Fixtures/transforms.jsonl

JARS is the folder with the engine's jars; a JDK has to be on the path. Each line holds a case and what the real classes made of it.
"""

import json
import os
import subprocess
import sys
import tempfile

KAFKA = "org.apache.kafka.connect.transforms."
DEBEZIUM = "io.debezium.transforms."
CONNECT = "org.apache.kafka.connect.data."


def schema(kind, optional=False, name=None, version=None, default=None, parameters=None, **more):
    made = {"type": kind, "optional": optional}
    if name:
        made["name"] = name
    if version is not None:
        made["version"] = version
    if parameters:
        made["parameters"] = parameters
    if default is not None:
        made["default"] = default
    made.update(more)
    return made


def field(name, of):
    return {**of, "field": name}


def struct(name, *fields, **more):
    return schema("struct", name=name, fields=list(fields), **more)


def typed(of, payload):
    return {"schema": of, "payload": payload}


TEXT, OPTIONAL_TEXT = schema("string"), schema("string", True)
DECIMAL = schema("bytes", True, CONNECT + "Decimal", 1, parameters={"scale": "2"})
ROW = (
    field("id", schema("int32")),
    field("name", schema("string", True, default="nobody")),
    field("amount", DECIMAL),
    field("created", schema("int64", True, CONNECT + "Timestamp", 1)),
    field("day", schema("int32", True, CONNECT + "Date", 1)),
    field("clock", schema("int32", True, CONNECT + "Time", 1)),
    field("micros", schema("int64", True, "io.debezium.time.MicroTimestamp", 1)),
    field("zoned", schema("string", True, "io.debezium.time.ZonedTimestamp", 1)),
    field("flag", schema("boolean", True)),
    field("ratio", schema("double", True)),
    field("share", schema("float", True)),
    field("small", schema("int16", True)),
    field("raw", schema("bytes", True)),
    field("tags", schema("array", True, items=OPTIONAL_TEXT)),
    field("counts", schema("map", True, keys=TEXT, values=schema("int32", True))),
    field("place", struct(None, field("x", schema("double")), field("y.z", schema("double", default=1.5)), optional=True)),
)
VALUE = struct("golden.public.t.Value", *ROW, optional=True)
KEY = struct("golden.public.t.Key", field("id", schema("int32")), optional=False)
SOURCE = struct(
    "io.debezium.connector.postgresql.Source",
    field("version", TEXT),
    field("connector", TEXT),
    field("name", TEXT),
    field("ts_ms", schema("int64")),
    field("snapshot", schema("string", True, "io.debezium.data.Enum", 1, default="false",
                             parameters={"allowed": "true,first,last,false,incremental"})),
    field("db", TEXT),
    field("schema", TEXT),
    field("table", TEXT),
    field("txId", schema("int64", True)),
    field("lsn", schema("int64", True)),
)
TRANSACTION = struct(
    "event.block", field("id", TEXT), field("total_order", schema("int64")), field("data_collection_order", schema("int64")),
    optional=True, version=1)


def envelope_schema(row, name="golden.public.t.Envelope"):
    return struct(
        name, field("before", row), field("after", row), field("source", SOURCE), field("transaction", TRANSACTION),
        field("op", TEXT), field("ts_ms", schema("int64", True)), field("ts_us", schema("int64", True)),
        field("ts_ns", schema("int64", True)), version=2)


SOURCE_VALUE = {"version": "3.6", "connector": "postgresql", "name": "golden", "ts_ms": 1000, "snapshot": None, "db": "d",
                "schema": "public", "table": "t", "txId": 7, "lsn": 99}
A = {"id": 1, "name": "ann", "amount": "D5Y=", "created": 1700000000123, "day": 19000, "clock": 45296789, "micros": 1700000000123456,
     "zoned": "2023-11-14T22:13:20.123456Z", "flag": True, "ratio": 2.75, "share": 0.1, "small": 300, "raw": "AQID",
     "tags": ["a", None], "counts": {"k": 1}, "place": {"x": 1.0, "y.z": 2.0}}
NULLS = {**{k: None for k in A}, "id": 2}


def change(op, before=None, after=None, row=VALUE, transaction=None, name="golden.public.t.Envelope", source=None):
    return typed(envelope_schema(row, name), {
        "before": before, "after": after, "source": source or SOURCE_VALUE, "transaction": transaction, "op": op, "ts_ms": 2000,
        "ts_us": 2000000, "ts_ns": 2000000000})


def record(value, key=typed(KEY, {"id": 1}), topic="golden.public.t", headers=(), **more):
    return {"topic": topic, "key": key, "value": value, "headers": [{"name": n, "value": v} for n, v in headers], **more}


FLAT = record(typed(VALUE, A), timestamp=1700000000123, partition=3)
EMPTY = record(typed(VALUE, NULLS))
TOMBSTONE = record(None)
CREATE = record(change("c", None, A))
UPDATE = record(change("u", {**NULLS, "id": 1}, A))
DELETE = record(change("d", A, None), headers=[("h", typed(TEXT, "x"))])
READ = record(change("r", None, A, source={**SOURCE_VALUE, "snapshot": "first"}))
TRUNCATE = record(change("t"), key=None)
KEYLESS = record(change("c", None, A), key=None)
IN_TRANSACTION = record(change("c", None, A, transaction={"id": "7:1", "total_order": 1, "data_collection_order": 2}))
HEARTBEAT = record(typed(struct("io.debezium.connector.common.Heartbeat", field("ts_ms", schema("int64"))), {"ts_ms": 5}),
                   key=typed(struct("io.debezium.connector.common.ServerNameKey", field("serverName", TEXT)), {"serverName": "golden"}),
                   topic="__debezium-heartbeat.golden")
EVENT = struct(
    "golden.public.outbox.Value", field("id", schema("string", name="io.debezium.data.Uuid", version=1)),
    field("aggregatetype", TEXT), field("aggregateid", TEXT), field("type", TEXT),
    field("payload", schema("string", True, "io.debezium.data.Json", 1)), field("part", schema("int32", True)),
    field("version", schema("int32", True)), field("at", schema("int64", True, "io.debezium.time.MicroTimestamp", 1)),
    field("plain", schema("int64", True)), field("tracingspancontext", OPTIONAL_TEXT), optional=True)


def event(payload='{"a": 1}', op="c", **more):
    row = {"id": "u1", "aggregatetype": "order", "aggregateid": "42", "type": "Placed", "payload": payload, "part": 3, "version": 5,
           "at": 1700000000123456, "plain": 9, "tracingspancontext": "traceparent=00-1-2-01", **more}
    return record(change(op, None, row, row=EVENT, name="golden.public.outbox.Envelope"), topic="golden.public.outbox",
                  headers=[("__debezium.context.taskId", typed(TEXT, "0"))])


CASES = []


def case(of, *steps, predicates=None, **_):
    """Each step is a class and its options."""
    settings = {}
    names = []
    for i, (kind, options) in enumerate(steps):
        package = DEBEZIUM if kind in ("ByLogicalTableRouter", "ExtractNewRecordState", "outbox.EventRouter") else KAFKA
        names.append(f"t{i}")
        settings[f"transforms.t{i}.type"] = package + kind
        for option, value in options.items():
            settings[f"transforms.t{i}.{option}"] = value
    settings["transforms"] = ",".join(names)
    if predicates:
        settings["predicates"] = ",".join(predicates)
        for alias, (kind, options) in predicates.items():
            settings[f"predicates.{alias}.type"] = KAFKA + "predicates." + kind
            for option, value in options.items():
                settings[f"predicates.{alias}.{option}"] = value
    CASES.append({"settings": settings, "record": of})


def each(records, *steps, **more):
    for of in records:
        case(of, *steps, **more)


# Cast
for kind in ("int8", "int16", "int32", "int64", "float32", "float64", "boolean", "string"):
    for name in ("id", "name", "amount", "created", "day", "clock", "flag", "ratio", "share", "small", "raw", "tags", "place"):
        case(FLAT, ("Cast$Value", {"spec": f"{name}:{kind}"}))
for text in ("12", "+7", "-128", "128", " 12", "1.5", "1e3", "", "NaN", "-Infinity", "0x10", "1.5f", "1d", ".5", "5.", "TRUE", "true ", "9223372036854775808"):
    for kind in ("int8", "int64", "float32", "float64", "boolean"):
        case(record(typed(struct(None, field("t", TEXT)), {"t": text})), ("Cast$Value", {"spec": f"t:{kind}"}))
for number in (0.0, -0.0, 1e20, -1e20, 3e9, 1.0e-5, 1234567.0, 12345678.0, 0.001, 300.7, -129.9, 1e7):
    for kind in ("int8", "int16", "int32", "int64", "float32", "string", "boolean"):
        case(record(typed(struct(None, field("n", schema("double"))), {"n": number})), ("Cast$Value", {"spec": f"n:{kind}"}))
for milliseconds in (0, 86400000, 86399999, -1, 1700000000000, 1700006400000, -62135769600001, -12219292800000, -12219292800001):
    case(record(typed(struct(None, field("m", schema("int64", name=CONNECT + "Timestamp", version=1))), {"m": milliseconds})),
         ("Cast$Value", {"spec": "m:string"}))
case(FLAT, ("Cast$Value", {"spec": "id:int64, name:string ,flag:string"}))
case(FLAT, ("Cast$Key", {"spec": "id:string"}))
case(FLAT, ("ExtractField$Key", {"field": "id"}), ("Cast$Key", {"spec": "string"}))
case(FLAT, ("ExtractField$Value", {"field": "created"}), ("Cast$Value", {"spec": "int32"}))
case(FLAT, ("Cast$Value", {"spec": "string"}))
case(FLAT, ("Cast$Value", {"spec": "nothing:string"}))
each([EMPTY, TOMBSTONE, CREATE], ("Cast$Value", {"spec": "id:string,name:int8"}))
case(EMPTY, ("Cast$Value", {"spec": "id:string", "replace.null.with.default": "false"}))
case(FLAT, ("Cast$Value", {"spec": "id:text"}))
case(FLAT, ("Cast$Value", {"spec": "id:bytes"}))
case(FLAT, ("Cast$Value", {"spec": "string,id:int8"}))
case(FLAT, ("Cast$Value", {}))

# ReplaceField
for options in ({"exclude": "name,place"}, {"include": "id,name"}, {"renames": "id:key,name:label"}, {"include": "id,name", "exclude": "name"},
                {"renames": "id:name"}, {"exclude": "id", "renames": "id:name"}, {"renames": "absent:other", "include": "absent"}, {},
                {"renames": "id"}, {"exclude": "name", "replace.null.with.default": "false"}):
    each([FLAT, EMPTY, TOMBSTONE, CREATE], ("ReplaceField$Value", options))
each([FLAT, TOMBSTONE, TRUNCATE], ("ReplaceField$Key", {"renames": "id:key"}))
each([FLAT], ("ExtractField$Key", {"field": "id"}), ("ReplaceField$Key", {"renames": "id:key"}))

# RegexRouter
for regex, replacement in (("golden\\.public\\.(.*)", "x-$1"), ("public", "x"), ("(?<a>[^.]*)\\..*", "${a}"), ("(.*)", "$1$1")):
    each([FLAT, TOMBSTONE], ("RegexRouter", {"regex": regex, "replacement": replacement}))
case(FLAT, ("RegexRouter", {"regex": "(", "replacement": "x"}))

# ExtractField
for options in ({"field": "name"}, {"field": "place"}, {"field": "absent"}, {"field": "name", "replace.null.with.default": "false"},
                {"field": "place.x", "field.syntax.version": "V2"}, {"field": "place.x"}, {"field": "place.`y.z`", "field.syntax.version": "v2"},
                {"field": "place.`y", "field.syntax.version": "V2"}, {"field": "name.x", "field.syntax.version": "V2"},
                {"field": "place.absent", "field.syntax.version": "V2"}, {"field": "x", "field.syntax.version": "V3"}):
    each([FLAT, EMPTY, TOMBSTONE], ("ExtractField$Value", options))
each([CREATE, DELETE, TOMBSTONE], ("ExtractField$Value", {"field": "after"}))
each([CREATE, DELETE], ("ExtractField$Value", {"field": "after.place.`y.z`", "field.syntax.version": "V2"}))
each([FLAT, TRUNCATE], ("ExtractField$Key", {"field": "id"}))

# ValueToKey
for options in ({"fields": "name,id"}, {"fields": "absent"}, {"fields": "id,id"}, {"fields": "name", "replace.null.with.default": "false"}, {"fields": ""}):
    each([FLAT, EMPTY, TOMBSTONE], ("ValueToKey", options))

# InsertField
for options in ({"topic.field": "t"}, {"partition.field": "p!"}, {"timestamp.field": "ts?"}, {"timestamp.field": "ts!"}, {"static.field": "s", "static.value": "v"},
                {"static.field": "s!", "static.value": "v", "topic.field": "t!", "partition.field": "p", "timestamp.field": "u"},
                {"static.field": "s"}, {}, {"topic.field": "name"}, {"static.field": "s", "static.value": "v", "replace.null.with.default": "false"}):
    each([FLAT, EMPTY, TOMBSTONE, CREATE], ("InsertField$Value", options))
each([FLAT, TRUNCATE], ("InsertField$Key", {"topic.field": "t"}))
each([FLAT], ("ExtractField$Key", {"field": "id"}), ("InsertField$Key", {"topic.field": "t"}))

# MaskField
for name in A:
    case(FLAT, ("MaskField$Value", {"fields": name}))
    case(FLAT, ("MaskField$Value", {"fields": name, "replacement": "17"}))
    case(FLAT, ("MaskField$Value", {"fields": name, "replacement": "1.25"}))
    case(FLAT, ("MaskField$Value", {"fields": name, "replacement": "***"}))
each([EMPTY, TOMBSTONE], ("MaskField$Value", {"fields": "name,id"}))
case(EMPTY, ("MaskField$Value", {"fields": "name", "replace.null.with.default": "false"}))
each([FLAT, TRUNCATE], ("MaskField$Key", {"fields": "id"}))
case(FLAT, ("MaskField$Value", {"fields": ""}))
case(FLAT, ("MaskField$Value", {"fields": "id", "replacement": ""}))
case(FLAT, ("MaskField$Value", {"fields": "small", "replacement": "70000"}))

# TimestampConverter
for target in ("string", "unix", "Date", "Time", "Timestamp"):
    for name in ("created", "day", "clock", "micros", "zoned", "name", "id", "absent"):
        case(FLAT, ("TimestampConverter$Value", {"field": name, "target.type": target, "format": "yyyy-MM-dd'T'HH:mm:ss.SSS'Z'"}))
    each([EMPTY, TOMBSTONE], ("TimestampConverter$Value", {"field": "created", "target.type": target, "format": "yyyy"}))
    case(FLAT, ("ExtractField$Value", {"field": "created"}), ("TimestampConverter$Value", {"target.type": target, "format": "yyyy-MM-dd HH:mm:ss"}))
    for precision in ("seconds", "microseconds", "nanoseconds"):
        case(FLAT, ("TimestampConverter$Value", {"field": "micros", "target.type": target, "format": "HH:mm:ss", "unix.precision": precision}))
        case(FLAT, ("TimestampConverter$Value", {"field": "created", "target.type": target, "format": "HH:mm:ss", "unix.precision": precision}))
for options in ({"target.type": "string"}, {"target.type": "date"}, {}, {"target.type": "unix", "unix.precision": "days"},
                {"target.type": "string", "format": "yyyy'x"}, {"target.type": "string", "format": "b"}, {"target.type": "unix", "field": "zoned"}):
    case(FLAT, ("TimestampConverter$Value", options))
PATTERNS = ("yyyy-MM-dd", "yy/M/d", "EEE, d MMM yyyy HH:mm:ss Z", "EEEE MMMM dd yyyyy G", "hh:mm a", "K:mm:ss.S a", "kk 'o''clock'", "D w W F u", "YYYY-'W'ww",
            "SSSSSS", "X XX XXX", "z zzzz", "yyyyMMddHHmmssSSS", "y", "MMMMM", "LLL", "d.M.y")
for pattern in PATTERNS:
    for moment in (0, 1700000000123, 1704067199999, 1704067200000, -1, -62167219200000, -12219292800000, -12219292800001, 253402300800000, 1672531200000):
        # Java's weeks around the change of calendars, and before Christ, are nobody's.
        if moment < -1 and any(letter in pattern for letter in "wWYF"):
            continue
        case(record(typed(schema("int64", name=CONNECT + "Timestamp", version=1), moment)),
             ("TimestampConverter$Value", {"target.type": "string", "format": pattern}))
for pattern, text in (("yyyy-MM-dd", "2024-02-30"), ("yyyy-MM-dd", "2024-2-3x"), ("yyyy-MM-dd", "24-2-3"), ("yyyy-MM-dd", "x"), ("yyyy-MM-dd", ""),
                      ("yy-MM-dd", "24-02-03"), ("yy-MM-dd", "70-02-03"), ("yyyyMMddHHmmss", "20240203040506"), ("yyyyMMdd", "2024020"),
                      ("EEE, d MMM yyyy HH:mm:ss Z", "Sat, 3 feb 2024 04:05:06 +0130"), ("d MMMM yyyy", "3 February 2024"), ("d MMMM yyyy", "3 Feb 2024"),
                      ("hh:mm a", "12:30 AM"), ("hh:mm a", "12:30 pm"), ("KK:mm a", "11:30 PM"), ("kk:mm", "24:30"), ("HH:mm:ss.SSS", "01:02:03.4"),
                      ("yyyy-MM-dd'T'HH:mm:ssX", "2024-02-03T04:05:06+02"), ("yyyy-MM-dd'T'HH:mm:ssXXX", "2024-02-03T04:05:06-02:30"),
                      ("yyyy-MM-dd'T'HH:mm:ssXX", "2024-02-03T04:05:06Z"), ("yyyy-MM-dd HH:mm z", "2024-02-03 04:05 UTC"), ("yyyy-MM-dd HH:mm z", "2024-02-03 04:05 GMT+01:00"),
                      ("yyyy-DDD", "2024-060"), ("G yyyy", "BC 0044"), ("yyyy-MM-dd", "1582-10-04"), ("yyyy-MM-dd", "1582-10-15"), ("yyyy-MM-dd", "1000-02-29"),
                      ("yyyy-MM-dd HH", "2024-13-01 25"), ("yyyy-MM-dd", " 2024-02-03"), ("yyyy-MM-dd", "2024- 02-03"), ("S", "-5"), ("yyyy", "-5"), ("yyyy MM", "2024  2")):
    case(record(typed(TEXT, text)), ("TimestampConverter$Value", {"target.type": "unix", "format": pattern}))

# Filter, HoistField, Flatten
each([FLAT], ("Filter", {}))
case(FLAT, ("HoistField$Value", {"field": "v"}), ("HoistField$Value", {"field": "w"}))
each([TOMBSTONE, TRUNCATE], ("HoistField$Value", {"field": "v"}), ("HoistField$Key", {"field": "k"}))
case(FLAT, ("HoistField$Value", {}))
each([FLAT, CREATE], ("Flatten$Value", {}))
NO_MAP = ("ReplaceField$Value", {"exclude": "counts"})
each([FLAT, EMPTY, TOMBSTONE], NO_MAP, ("Flatten$Value", {"delimiter": "_"}))
each([event(), DELETE, HEARTBEAT], ("Flatten$Value", {}))
case(FLAT, NO_MAP, ("HoistField$Value", {"field": "v"}), ("Flatten$Value", {"delimiter": ""}))
each([TOMBSTONE, TRUNCATE], ("HoistField$Key", {"field": "k"}), ("Flatten$Key", {}))
DEFAULTED = struct("d", field("in", struct("i", field("a", schema("int32", default=4)), field("b", schema("int32")), default={"a": 5, "b": 6})),
                   field("c", TEXT))
case(record(typed(DEFAULTED, {"in": {"a": 1, "b": 2}, "c": "x"})), ("Flatten$Value", {}))

# Headers
for options in ({"fields": "name,id", "headers": "n,i", "operation": "copy"}, {"fields": "name,id", "headers": "n,i", "operation": "move"},
                {"fields": "name", "headers": "n,i", "operation": "move"}, {"fields": "name", "headers": "n", "operation": "Move"},
                {"fields": "absent", "headers": "n", "operation": "copy"}, {"fields": "name", "headers": "n"},
                {"fields": "name", "headers": "n", "operation": "copy", "replace.null.with.default": "false"}):
    each([FLAT, EMPTY, TOMBSTONE], ("HeaderFrom$Value", options))
case(FLAT, ("HeaderFrom$Key", {"fields": "id", "headers": "id", "operation": "move"}))
case(TRUNCATE, ("HoistField$Key", {"field": "k"}), ("HeaderFrom$Key", {"fields": "k", "headers": "k", "operation": "move"}))
for literal in ("x", "", " ", "12", "-129", "40000", "3000000000", "9223372036854775808", "1.5", "1e400", "1e3", "0.1", "1.50", "true", "false", "TRUE", "null", "2024-02-03",
                "04:05:06.789Z", "2024-02-03T04:05:06.789Z", "2024-02-30", "\"quoted\"", "[]", "[1,2]", "[1,300,70000]", "[1,2.5]", "[1,\"a\"]", "[\"a\",\"b\"]", "{}", "{\"a\":1}",
                "{\"a\":1,\"b\":null}", "{\"a\":[1,2]}", "[1,", "[null]", "{a:1}", "12,34", "a:b", "true}", "+5", "-", "1 2", "[true, false]", "{1:2}", "a\\:b", "[\"2024-02-03\"]",
                " 7 ", "[[1],[2]]", "1.7976931348623157E309", "[,]", "{\"a\":}", "application/json", "v1.2.3", "7f", "1-2"):
    case(FLAT, ("InsertHeader", {"header": "h", "value.literal": literal}))
case(FLAT, ("InsertHeader", {"header": "h"}))
MANY = record(typed(VALUE, A), headers=[("a", typed(TEXT, "1")), ("b", typed(TEXT, "2")), ("a", typed(schema("int32"), 3))])
case(MANY, ("DropHeaders", {"headers": "a,z"}))
case(MANY, ("DropHeaders", {"headers": ""}))

# TimestampRouter, SetSchemaMetadata
for options in ({}, {"topic.format": "a-${timestamp}-${topic}", "timestamp.format": "yyyy-MM"}, {"topic.format": "x"}, {"timestamp.format": "qq"}):
    each([FLAT, EMPTY], ("TimestampRouter", options))
for options in ({"schema.name": "n"}, {"schema.version": "3"}, {"schema.name": "n", "schema.version": "3"}, {}, {"schema.version": "x"},
                {"schema.name": "n", "replace.null.with.default": "false"}):
    each([FLAT, EMPTY, TOMBSTONE], ("SetSchemaMetadata$Value", options))
case(FLAT, ("SetSchemaMetadata$Key", {"schema.name": "n"}))

# Predicates
PREDICATES = {"p": ("TopicNameMatches", {"pattern": "golden\\.public\\..*"}), "q": ("RecordIsTombstone", {}), "r": ("HasHeaderKey", {"name": "h"})}
for alias in PREDICATES:
    for negate in ("true", "false"):
        each([FLAT, TOMBSTONE, DELETE, HEARTBEAT], ("Filter", {"predicate": alias, "negate": negate}), predicates=PREDICATES)
case(FLAT, ("Filter", {"predicate": "p"}), predicates={"p": ("TopicNameMatches", {"pattern": "("})})
case(FLAT, ("Filter", {"predicate": "p"}), predicates={"p": ("TopicNameMatches", {})})

# ByLogicalTableRouter
for options in ({"topic.regex": "golden\\.public\\.(.*)", "topic.replacement": "all-$1"}, {"topic.regex": "(.*)", "topic.replacement": "one", "key.enforce.uniqueness": "false"},
                {"topic.regex": "(.*)", "topic.replacement": "9 é.x", "key.field.regex": "golden\\.(.*)", "key.field.replacement": "$1", "key.field.name": "from",
                 "schema.name.adjustment.mode": "avro"},
                {"topic.regex": "(.*)", "topic.replacement": "9 éα_x", "schema.name.adjustment.mode": "avro_unicode", "logical.table.cache.size": "2"},
                {"topic.regex": "(.*)", "topic.replacement": "x", "key.field.regex": "never", "key.field.replacement": "$0"},
                {"topic.regex": "never", "topic.replacement": "x"}, {"topic.regex": "(.*)"}, {"topic.replacement": "x"},
                {"topic.regex": "(.*)", "topic.replacement": "x", "key.field.regex": "(.*)"}, {"topic.regex": "(.*)", "topic.replacement": "x", "key.field.name": "id"},
                {"topic.regex": "()(.*)", "topic.replacement": "$1"}):
    each([CREATE, DELETE, TOMBSTONE, TRUNCATE, HEARTBEAT, KEYLESS, FLAT], ("ByLogicalTableRouter", options))

# ExtractNewRecordState
ALL_CHANGES = [CREATE, UPDATE, DELETE, READ, TOMBSTONE, TRUNCATE, HEARTBEAT, KEYLESS, IN_TRANSACTION, FLAT]
for mode in ("drop", "tombstone", "rewrite", "rewrite-with-tombstone", "delete-to-tombstone", "nonsense", "REWRITE"):
    each(ALL_CHANGES, ("ExtractNewRecordState", {"delete.tombstone.handling.mode": mode}))
each(ALL_CHANGES, ("ExtractNewRecordState", {}))
for options in ({"add.fields": "op,table,lsn,source.ts_ms,ts_ms"}, {"add.headers": "op,table,source.ts_ms"}, {"add.fields": "op:operation,source.lsn:LSN", "add.fields.prefix": "x_"},
                {"add.headers": "op:operation,id", "add.headers.prefix": ""}, {"add.fields": "id,total_order,data_collection_order"}, {"add.fields": "transaction.id"},
                {"add.fields": "snapshot"}, {"add.fields": "absent,source.absent"}, {"add.fields": "op", "add.headers": "op", "delete.tombstone.handling.mode": "rewrite"},
                {"add.fields": "before.id,after.name"}, {"add.fields": "nowhere.x"}, {"add.fields": "a:b:c"}, {"route.by.field": "name"}, {"route.by.field": "absent"},
                {"route.by.field": "id"}, {"route.by.field": "name", "delete.tombstone.handling.mode": "rewrite"},
                {"replace.null.with.default": "false", "delete.tombstone.handling.mode": "rewrite"}):
    each(ALL_CHANGES, ("ExtractNewRecordState", options))
each([record(change("d", NULLS, None)), record(change("c", None, NULLS))],
     ("ExtractNewRecordState", {"delete.tombstone.handling.mode": "rewrite", "replace.null.with.default": "false"}))
each([record(change("d", NULLS, None)), record(change("c", None, NULLS))], ("ExtractNewRecordState", {"delete.tombstone.handling.mode": "rewrite"}))
NAMES = typed(schema("array", items=TEXT), ["name", "id"])
for options in ({"drop.fields.header.name": "drop"}, {"drop.fields.header.name": "drop", "drop.fields.from.key": "true"},
                {"drop.fields.header.name": "drop", "drop.fields.from.key": "true", "drop.fields.keep.schema.compatible": "false"},
                {"drop.fields.header.name": "drop", "delete.tombstone.handling.mode": "rewrite"}, {"drop.fields.header.name": "absent"}):
    each([record(change("c", None, A), headers=[("drop", NAMES)]), record(change("d", A, None), headers=[("drop", NAMES)])],
         ("ExtractNewRecordState", options))

# EventRouter
ROUTER = "outbox.EventRouter"
EVENTS = [event(), event(payload=None), event(payload=" "), event(op="u"), event(op="r"), TOMBSTONE, HEARTBEAT, DELETE, CREATE,
          event(aggregatetype="customer", part=None, version=None, at=None)]
for options in ({}, {"table.fields.additional.placement": "type:header:eventType,part:partition"}, {"table.fields.additional.placement": "type:envelope,version:envelope:v"},
                {"table.fields.additional.placement": "type:envelope:eventType", "table.field.event.schema.version": "version"},
                {"table.field.event.timestamp": "at"}, {"table.field.event.timestamp": "plain"}, {"table.field.event.timestamp": "type"}, {"table.field.event.timestamp": "absent"},
                {"table.field.event.key": "type", "table.field.event.id": "aggregateid"}, {"table.field.event.key": "absent"}, {"table.field.event.id": "absent"},
                {"table.field.event.payload": "type"}, {"table.field.event.payload": "absent"}, {"table.fields.additional.placement": "absent:header"},
                {"table.fields.additional.placement": "absent:header,absent:envelope,type:envelope", "table.field.additional.missing": "ignore"},
                {"table.fields.additional.placement": "absent:envelope"}, {"table.fields.additional.placement": "type:partition"}, {"table.fields.additional.placement": "type"},
                {"route.by.field": "type", "route.topic.replacement": "events.${routedByValue}"}, {"route.topic.regex": "ord(.*)", "route.topic.replacement": "x$1"},
                {"route.by.field": "part"}, {"route.tombstone.on.empty.payload": "true"},
                {"route.tombstone.on.empty.payload": "true", "table.fields.additional.placement": "type:envelope"}, {"table.op.invalid.behavior": "fatal"},
                {"table.op.invalid.behavior": "error"}, {"table.op.invalid.behavior": "never"}, {"tracing.span.context.field": "tracingspancontext", "tracing.operation.name": "x",
                                                                                                "tracing.with.context.field.only": "true"},
                {"table.field.event.type": "x"}):
    each(EVENTS, (ROUTER, options))
PAYLOADS = ('{"a":1,"b":"x","c":1.5,"d":true,"e":null,"f":3000000000,"g":[1,2],"h":["x",null],"i":[],"j":{"k":{"l":1}},"m":{}}', '[{"a":1}]', "text", "", " {}", "{}", '{"a":1} x', "{",
            '{"a":[{"b":1},{"b":2}]}', '{"a":[{"b":1,"c":"x"},{"b":2,"c":"y"}]}', '{"a":[1,"x"]}', '{"a":[1,3000000000]}', '{"a":[null]}', '{"a":[[1,2],[3]]}', '{"a":[[{"b":1}]]}',
            '{"a":12345678901234567890}', '{"a":1e2,"b":-0.0,"c":1E+400}', '{"a.b":1,"":2}', '{"a":{"b":[]}}', '{"a":[true,false]}', '{"a":[1.5,2.5]}', '{"a":"\\u00e9\\n"}', "[]", "12", None)
for options in ({}, {"table.json.payload.null.behavior": "optional_bytes"}, {"table.fields.additional.placement": "type:envelope"}, {"route.tombstone.on.empty.payload": "true"},
                {"table.json.payload.null.behavior": "never"}):
    each([event(payload=p) for p in PAYLOADS], (ROUTER, {"table.expand.json.payload": "true", **options}))
each([event(), event(payload=None)], (ROUTER, {}), ("InsertField$Value", {"topic.field": "t"}))
each([event()], (ROUTER, {}), ("HoistField$Value", {"field": "v"}), ("TimestampRouter", {}))


def main():
    jars = os.path.join(sys.argv[1], "*")
    here = os.path.dirname(os.path.abspath(__file__))
    with tempfile.TemporaryDirectory() as classes:
        subprocess.run(["javac", "-nowarn", "-d", classes, "-cp", jars, os.path.join(here, "java", "TransformRecorder.java")], check=True,
                       stderr=subprocess.DEVNULL)
        run = subprocess.run(["java", "-Duser.timezone=UTC", "-Duser.language=en", "-Duser.country=US", "-cp", os.pathsep.join([classes, jars]), "TransformRecorder"],
                             input="".join(json.dumps(c) + "\n" for c in CASES), capture_output=True, text=True, check=True)
    results = [line for line in run.stdout.splitlines() if line.startswith("{")]
    assert len(results) == len(CASES), run.stderr[-2000:]
    # Schemas and inputs come back again and again: each stands once, and is referred to by its number.
    schemas, inputs, lines = [], [], []

    def number(item, of):
        if item not in of:
            of.append(item)
        return of.index(item)

    def compact(node):
        if not isinstance(node, dict):
            return node
        if node.keys() == {"schema", "payload"} and node["schema"] is not None:
            return {"schema": number(json.dumps(node["schema"]), schemas), "payload": node["payload"]}
        made = {k: compact(v) for k, v in node.items()}
        if "headers" in made:
            made["headers"] = [compact(h) for h in made["headers"]]
        return made

    for c, result in zip(CASES, results):
        lines.append({"settings": c["settings"], "record": number(compact(c["record"]), inputs), "result": compact(json.loads(result))})
    for line in [{"schema": json.loads(s)} for s in schemas] + [{"input": i} for i in inputs] + lines:
        print(json.dumps(line, ensure_ascii=False, separators=(",", ":")))


if __name__ == "__main__":
    main()
