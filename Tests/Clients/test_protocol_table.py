"""The broker's tables of fields against Kafka's message definitions, as kafka-python bundles them: an oracle that nobody here wrote."""

import re
import subprocess

import pytest
from kafka.protocol.schemas import load_json

NEVER = (1, 0)
LINE = re.compile(
    r"^(?P<indent> *)(?P<name>\w+): (?P<type>\S+) (?P<versions>[\d+-]+)(?: nullable (?P<null>[\d+-]+))?(?: tag (?P<tag>\d+))?$"
)
HEAD = re.compile(r"^(?P<name>\w+) versions (?P<low>\d+)-(?P<high>\d+) flexible (?P<flexible>none|\d+\+)$")


def parse(text, high):
    """A range of versions, cut to those that the broker speaks."""
    if text is None or text == "none":
        return NEVER
    if text.endswith("+"):
        return int(text[:-1]), high
    low, _, upper = text.partition("-")
    return int(low), min(int(upper or low), high)


def cut(versions, low, high):
    low, high = max(versions[0], low), min(versions[1], high)
    return (low, high) if low <= high else NEVER


def of_broker(binary):
    tables, stack = {}, None
    text = subprocess.run([binary, "broker", "--print-protocol"], capture_output=True, text=True, timeout=60, check=True).stdout
    for line in text.splitlines():
        if head := HEAD.match(line):
            low, high = int(head["low"]), int(head["high"])
            fields = []
            tables[head["name"]] = (low, high, parse(head["flexible"], 1 << 15)[0] if head["flexible"] != "none" else None, fields)
            stack = [fields]
        elif field := LINE.match(line):
            depth = len(field["indent"]) // 2
            assert 1 <= depth <= len(stack), line
            del stack[depth:]
            nested = []
            stack[-1].append({
                "name": field["name"], "type": field["type"], "versions": cut(parse(field["versions"], high), low, high),
                "null": cut(parse(field["null"], high), low, high), "tag": None if field["tag"] is None else int(field["tag"]),
                "fields": nested,
            })
            stack.append(nested)
        else:
            assert re.fullmatch(r"API \d+", line) or not line, f"a line that is no field: {line!r}"
    return tables


def wire_type(text):
    inner = text.removeprefix("[]")
    kind = "struct" if inner[0].isupper() else {"records": "bytes"}.get(inner, inner)
    return ("[]" if text.startswith("[]") else "") + kind


def flat(fields, low, high, path=""):
    """One comparable entry for each field: where it stands, its type, versions, null and tag.

    Tagged fields stand after the others on the wire, by their numbers, wherever the definition lists them.
    """
    entries = []
    for field in sorted(fields, key=lambda f: (f["tag"] is not None, f["tag"] or 0)):
        versions = cut(field["versions"], low, high)
        if versions == NEVER:
            continue
        where = f"{path}{field['name'][0].upper()}{field['name'][1:]}"
        entries.append((where, field["type"], versions, cut(field["null"], *versions), field["tag"]))
        entries += flat(field["fields"], *versions, path=where + ".")
    return entries


def of_kafka(fields, low, high):
    result = []
    for field in fields:
        versions = cut(parse(field.get("versions", "0+"), high), low, high)
        tagged = parse(field.get("taggedVersions"), high)
        result.append({
            "name": field["name"], "type": wire_type(field["type"]), "versions": cut(tagged, *versions) if "tag" in field else versions,
            "null": cut(parse(field.get("nullableVersions"), high), low, high), "tag": field.get("tag"),
            "fields": of_kafka(field.get("fields", []), low, high),
        })
    return result


def test_every_field_is_as_kafka_defines_it(binary):
    tables = of_broker(binary)
    assert len(tables) >= 58, f"only {len(tables)} messages are listed"
    differences = []
    for name, (low, high, flexible, fields) in tables.items():
        definition = load_json(name)
        known = parse(definition["validVersions"], 1 << 15)
        if high > known[1]:
            differences.append(f"{name}: the broker speaks up to v{high}, Kafka up to v{known[1]}")
        begins = parse(definition["flexibleVersions"], 1 << 15)
        kafka_flexible = None if begins == NEVER else begins[0]
        if (kafka_flexible if kafka_flexible is not None and kafka_flexible <= high else None) != (
            flexible if flexible is not None and flexible <= high else None
        ):
            differences.append(f"{name}: flexible since {flexible}, in Kafka {kafka_flexible}")
        own = flat(fields, low, high)
        kafka = flat(of_kafka(definition["fields"], low, high), low, high)
        missing = [e for e in kafka if e not in own]
        surplus = [e for e in own if e not in kafka]
        if missing or surplus:
            differences.append(f"{name}: Kafka has {missing}, the broker {surplus}")
        elif own != kafka:
            differences.append(f"{name}: the same fields in another order")
    assert not differences, "\n".join(differences)


@pytest.mark.parametrize("text", ["0+", "3", "2-7"])
def test_ranges_are_read_as_the_definitions_write_them(text):
    assert parse(text, 9) == {"0+": (0, 9), "3": (3, 3), "2-7": (2, 7)}[text]
