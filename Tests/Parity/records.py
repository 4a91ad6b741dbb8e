"""Records of both engines made comparable, and compared."""

import json
from dataclasses import dataclass


def mask(line):
    """One record with what differs by nature from run to run replaced; streamed LSNs and transaction ids stay: both read one WAL."""
    record = json.loads(line, parse_float=lambda text: f"<float {text}>", parse_int=int)
    for name, header in record["headers"].items():
        if name.endswith(".runId"):
            record["headers"][name] = {**header, "payload": "<run>"} if isinstance(header, dict) else "<run>"
    # Schemas go into members of their own, so that payloads look the same with and without them.
    for part in ("key", "value"):
        if isinstance(record[part], dict) and list(record[part]) == ["schema", "payload"]:
            record[f"{part} schema"], record[part] = named(record[part]["schema"]), record[part]["payload"]
    payload = record["value"]
    if isinstance(payload, dict):
        for name in ("ts_ms", "ts_us", "ts_ns"):
            if name in payload:
                payload[name] = "<now>"
        source = payload.get("source")
        if isinstance(source, dict):
            mask_source(source, payload.get("op"))
    return record


def named(schema):
    """A schema whose fields are found by their names, in their order."""
    if not isinstance(schema, dict):
        return schema
    made = {name: named(part) if name in ("items", "keys", "values") else part for name, part in schema.items()}
    if isinstance(made.get("fields"), list):
        made["fields"] = {field["field"]: named(field) for field in made["fields"]}
    return made


def mask_source(source, op):
    source["version"] = "<version>"
    # A snapshot is each engine's own; a message outside of a transaction has no commit whose time it could carry.
    if op == "r" or (op == "m" and source.get("txId") is None):
        for name in ("ts_ms", "ts_us", "ts_ns"):
            source[name] = "<time>"
    if op == "r":
        source["lsn"], source["txId"] = "<lsn>", "<tx>"
        source["sequence"] = "<sequence>"
    elif isinstance(source.get("sequence"), str):
        # The last commit before the first one that an engine saw is its own affair: where its slot began.
        source["sequence"] = json.loads(source["sequence"])


def text(record):
    """Canonical text that keeps the order of fields."""
    return json.dumps(record, ensure_ascii=False)


@dataclass
class Place:
    """Where two records differ, and what each has there."""

    path: tuple
    ours: object
    theirs: object
    # The column's type, where it is a column's value.
    kind: str = ""

    @property
    def title(self):
        return ".".join(self.path) + (f" ({self.kind})" if self.kind else "")

    def __str__(self):
        return f"{self.title}: ours {text(self.ours)[:1600]} Debezium {text(self.theirs)[:300]}"


def describe(ours, theirs, path=()):
    """The innermost places where two values differ."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        found = []
        if list(ours) != list(theirs):
            found.append(Place((*path, "fields"), [n for n in ours if n not in theirs] or list(ours), [n for n in theirs if n not in ours] or list(theirs)))
        for name in theirs:
            if name in ours:
                found += describe(ours[name], theirs[name], (*path, name))
        return found
    return [] if text(ours) == text(theirs) else [Place(path, ours, theirs)]


def compare(ours, theirs):
    """Pairs records in order; gives (number of records, differences), each difference as (topic, where, our line, their line)."""
    differences = []
    count = max(len(ours), len(theirs))
    by_position = [r["topic"] for r in ours] == [r["topic"] for r in theirs]
    if by_position:
        pairs = list(zip(ours, theirs))
    else:
        differences.append(("order", sequence(ours, theirs), None, None))
        pairs = align(ours, theirs)
    for mine, real in pairs:
        if text(mine) != text(real):
            where = describe(mine, real) if mine and real else [Place(("record",), bool(mine), bool(real))]
            differences.append(((mine or real)["topic"], where, mine, real))
    return count, differences


def sequence(ours, theirs):
    """The first place where topics go another way."""
    name = lambda rows, i: f"{rows[i]['topic']} {operation(rows[i])}" if i < len(rows) else "nothing"
    for i in range(max(len(ours), len(theirs))):
        if name(ours, i) != name(theirs, i):
            return [Place(("order", f"record {i} of {len(ours)} and {len(theirs)}"), name(ours, i), name(theirs, i))]
    return []


def operation(record):
    value = record["value"]
    return value.get("op", "") if isinstance(value, dict) else "tombstone"


def align(ours, theirs):
    """Pairs records of each topic in their order."""
    pairs = []
    topics = dict.fromkeys(r["topic"] for r in theirs + ours)
    for topic in topics:
        a = [r for r in ours if r["topic"] == topic]
        b = [r for r in theirs if r["topic"] == topic]
        pairs += [(a[i] if i < len(a) else None, b[i] if i < len(b) else None) for i in range(max(len(a), len(b)))]
    return pairs
