"""PostgreSQL's types and random values of them, as SQL literals."""

import string

LETTERS = string.ascii_letters + string.digits + " _-.,;:'\"\\/{}[]()<>%&|\t\n"
WIDE = "äéßñ한국어日本🙂🚀\u200b\u00a0\u0301\u2028"


def quote(text):
    if "\\" in text or "\n" in text or "\t" in text:
        text = text.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("'", "''")
        return f"E'{text}'"
    return "'" + text.replace("'", "''") + "'"


def word(r, size=12):
    return "".join(r.choice(LETTERS + (WIDE if r.random() < 0.3 else "")) for _ in range(r.randint(0, size)))


def plain(r, size=8):
    return "".join(r.choice(string.ascii_lowercase) for _ in range(r.randint(1, size)))


def digits(r, most):
    return "".join(r.choice("0123456789") for _ in range(r.randint(1, most)))


def number(r, whole, fraction, special=True):
    if special and r.random() < 0.08:
        return r.choice(["NaN", "Infinity", "-Infinity"] if special == "infinite" else ["NaN"])
    if r.random() < 0.15:
        return r.choice(["0", "1", "-1", "10"])
    sign = r.choice(["", "-"])
    text = digits(r, whole)
    if fraction and r.random() < 0.7:
        text += "." + digits(r, fraction)
    return sign + text


def integer(r, bits):
    edge = 1 << (bits - 1)
    return str(r.choice([0, 1, -1, edge - 1, -edge, r.randint(-edge, edge - 1), r.randint(-999, 999)]))


def real(r, special, low, high):
    if r.random() < 0.15:
        return r.choice(special)
    if r.random() < 0.4:
        return repr(r.randint(-10**6, 10**6) / 10 ** r.randint(0, 6))
    return f"{r.choice(['', '-'])}{r.randint(1, 9)}.{digits(r, 8)}e{r.randint(low, high)}"


def date(r):
    pick = r.random()
    if pick < 0.06:
        return r.choice(["infinity", "-infinity"])
    if pick < 0.18:
        return f"{r.randint(1, 4713):04d}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d} BC" if pick < 0.12 else r.choice(
            ["0001-01-01", "0001-01-01 BC", "1582-10-04", "1582-10-15", "1582-10-10", "9999-12-31", "10000-01-01", "5874897-12-31", "4713-01-01 BC", "1500-02-28", "1900-03-01"])
    return f"{r.choice([r.randint(1900, 2100), r.randint(1, 9999)]):04d}-{r.randint(1, 12):02d}-{r.randint(1, 28):02d}"


def fraction(r):
    return r.choice(["", "", ".5", ".123", ".999", ".001", ".123456", ".999999", ".000001", ".100000", f".{r.randint(0, 999999):06d}"])


def clock(r):
    if r.random() < 0.1:
        return r.choice(["00:00:00", "24:00:00", "23:59:59.999999", "12:00:00"])
    return f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}{fraction(r)}"


def zone(r):
    return r.choice(["+00", "+09", "-08", "+05:30", "-03:30", "+14", "-12"])


def timestamp(r, zoned=False):
    day = date(r)
    if "infinity" in day:
        return day
    if day == "5874897-12-31":
        day = r.choice(["294276-12-31", "290000-01-01", "50000-06-06"])
    era = " BC" if day.endswith(" BC") else ""
    time = f"{r.randint(0, 23):02d}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}{fraction(r)}"
    if day.startswith("294276"):
        time = "00:00:00"
    return f"{day.removesuffix(' BC')} {time}{r.choice(['+00', '+09', '-08', '+05:30', '+01:23:45']) if zoned and not day.startswith(('294276', '4713')) else ''}{era}"


def interval(r):
    if r.random() < 0.15:
        return r.choice(["0", "1 mon", "-1 day", "1 year", "178000000 years", "-00:00:00.000001", "2562047788:00:54", "1 mon -1 day", "999999 days"])
    parts = []
    for unit, most in (("years", 300), ("mons", 11), ("days", 500)):
        if r.random() < 0.5:
            parts.append(f"{r.randint(-most, most)} {unit}")
    if r.random() < 0.7 or not parts:
        parts.append(f"{r.choice(['', '-'])}{r.randint(0, 200)}:{r.randint(0, 59):02d}:{r.randint(0, 59):02d}{fraction(r)}")
    return " ".join(parts)


def json_value(r, depth=0):
    pick = r.random()
    if depth < 3 and pick < 0.2:
        return "[" + r.choice([",", ", "]).join(json_value(r, depth + 1) for _ in range(r.randint(0, 3))) + "]"
    if depth < 3 and pick < 0.45:
        return "{" + ", ".join(f"{json_text(r)} : {json_value(r, depth + 1)}" for _ in range(r.randint(0, 3))) + "}"
    return r.choice(["null", "true", "false", "0", "-1.50", "1e10", "1E-7", "123456789012345678901234567890", json_text(r)])


def json_text(r):
    import json
    return json.dumps("".join(c for c in word(r, 8) if c != "\u2028"), ensure_ascii=r.random() < 0.3)


def uuid(r):
    return f"{r.getrandbits(128):032x}"


def hex_bytes(r, size=10):
    return "\\x" + bytes(r.getrandbits(8) for _ in range(r.randint(0, size))).hex()


def bits(r, low, high):
    return "".join(r.choice("01") for _ in range(r.randint(low, high)))


def inet(r):
    if r.random() < 0.3:
        return r.choice(["::1", "2001:db8::1/64", "::ffff:1.2.3.4", "fe80::1"])
    return ".".join(str(r.randint(0, 255)) for _ in range(4)) + r.choice(["", "/32", "/24", "/0"])


def mac(r, count):
    return ":".join(f"{r.randint(0, 255):02x}" for _ in range(count))


def span(r, low, high, convert=str):
    a, b = sorted((r.randint(low, high), r.randint(low, high)))
    return r.choice(["empty", f"[{convert(a)},{convert(b)}]", f"({convert(a)},)", f"(,{convert(b)})", "(,)", f"[{convert(a)},{convert(b + 1)})"])


def day(n):
    return f"2024-{n % 12 + 1:02d}-{n // 12 % 28 + 1:02d}"


def multi(r, one):
    return "{" + ",".join(sorted({one(r) for _ in range(r.randint(0, 2))} - {"empty"})) + "}"


def ordered_day(n):
    return f"{2000 + n:04d}-01-02"


def xy(r):
    return f"({real(r, ['0', '1e300', '-0'], -5, 5)},{real(r, ['NaN', 'Infinity', '0'], -5, 5)})"


def hstore(r):
    pairs = []
    for _ in range(r.randint(0, 3)):
        key, value = (word(r, 6).replace("\\", "\\\\").replace('"', '\\"') for _ in range(2))
        pairs.append(f'"{key}"=>' + ("NULL" if r.random() < 0.2 else f'"{value}"'))
    return ", ".join(pairs)


def xml(r):
    return f"<{(tag := plain(r))}>{plain(r)}</{tag}>"


def lexemes(r):
    return " ".join(f"{plain(r)}:{r.randint(1, 9)}{r.choice(['', 'A', 'B'])}" for _ in range(r.randint(0, 3)))


DOUBLES = ["NaN", "Infinity", "-Infinity", "0", "-0", "1e308", "5e-324", "2.2250738585072014e-308", "2e-3", "1e-3", "9999999", "1e7", "0.1", "123456789.123456789", "2e-323", "2.0E-3"]
FLOATS = ["NaN", "Infinity", "-Infinity", "0", "-0", "3.4028235e38", "1e-45", "1e7", "1e-3", "0.1", "16777216", "2.8e-45", "33554432"]

# name: how to write it in DDL, a generator of texts, whether its values may be made long (a function), can be an element
TYPES = {
    "boolean": lambda r: r.choice("tf"),
    "smallint": lambda r: integer(r, 16),
    "integer": lambda r: integer(r, 32),
    "bigint": lambda r: integer(r, 64),
    "oid": lambda r: str(r.choice([0, 1, 4294967295, r.getrandbits(32)])),
    "real": lambda r: real(r, FLOATS, -37, 37),
    "double precision": lambda r: real(r, DOUBLES, -300, 300),
    "numeric": lambda r: number(r, 30, 20, "infinite"),
    "numeric(10,2)": lambda r: number(r, 8, 2),
    "numeric(5)": lambda r: number(r, 5, 0),
    "numeric(38,18)": lambda r: number(r, 20, 18),
    "numeric(4,6)": lambda r: "0.00" + digits(r, 4),
    "numeric(6,-3)": lambda r: digits(r, 8),
    "money": lambda r: number(r, 9, 2, False),
    "text": word,
    "varchar": word,
    "varchar(20)": lambda r: word(r, 20),
    "char(5)": lambda r: word(r, 5),
    '"char"': lambda r: r.choice(string.ascii_letters),
    "name": lambda r: plain(r, 20),
    "citext": word,
    "bytea": hex_bytes,
    "bit(1)": lambda r: bits(r, 1, 1),
    "bit(12)": lambda r: bits(r, 12, 12),
    "bit(64)": lambda r: bits(r, 64, 64),
    "bit varying": lambda r: bits(r, 1, 30),
    "bit varying(20)": lambda r: bits(r, 1, 20),
    "bit varying(1)": lambda r: bits(r, 1, 1),
    "date": date,
    "time": clock,
    "time(0)": clock,
    "time(3)": clock,
    "time(6)": clock,
    "timetz": lambda r: clock(r) + zone(r),
    "timetz(2)": lambda r: clock(r) + zone(r),
    "timestamp": timestamp,
    "timestamp(0)": timestamp,
    "timestamp(3)": timestamp,
    "timestamp(5)": timestamp,
    "timestamptz": lambda r: timestamp(r, True),
    "timestamptz(0)": lambda r: timestamp(r, True),
    "timestamptz(3)": lambda r: timestamp(r, True),
    "timestamptz(4)": lambda r: timestamp(r, True),
    "interval": interval,
    "interval(3)": interval,
    "interval year to month": lambda r: f"{r.randint(-9, 9)} years {r.randint(0, 11)} mons",
    "json": json_value,
    "jsonb": json_value,
    "uuid": uuid,
    "xml": xml,
    "inet": inet,
    "cidr": lambda r: r.choice(["10.0.0.0/8", "192.168.1.0/24", "2001:db8::/32", "1.2.3.4/32"]),
    "macaddr": lambda r: mac(r, 6),
    "macaddr8": lambda r: mac(r, 8),
    "mood": lambda r: r.choice(["sad", "ok", "very happy", "한", 'q"']),
    "quantity": lambda r: str(r.randint(0, 99)),
    "price": lambda r: number(r, 8, 2, False),
    "label": lambda r: word(r, 10),
    "moment": lambda r: timestamp(r),
    "whole": lambda r: integer(r, 32),
    "hstore": hstore,
    "ltree": lambda r: ".".join(plain(r) for _ in range(r.randint(1, 4))),
    "int4range": lambda r: span(r, -99, 99),
    "int8range": lambda r: span(r, -(10**12), 10**12),
    "numrange": lambda r: span(r, -99, 99, lambda n: f"{n}.50"),
    "tsrange": lambda r: span(r, 0, 90, lambda n: f'"{ordered_day(n)} 01:02:03.5"'),
    "tstzrange": lambda r: span(r, 0, 90, lambda n: f'"{ordered_day(n)} 01:02:03+09"'),
    "daterange": lambda r: span(r, 0, 90, ordered_day),
    "int4multirange": lambda r: multi(r, lambda r: span(r, -99, 99)),
    "int8multirange": lambda r: multi(r, lambda r: span(r, -99, 99)),
    "nummultirange": lambda r: multi(r, lambda r: span(r, -99, 99)),
    "datemultirange": lambda r: multi(r, lambda r: span(r, 0, 90, ordered_day)),
    "tsmultirange": lambda r: multi(r, lambda r: span(r, 0, 90, ordered_day)),
    "tstzmultirange": lambda r: multi(r, lambda r: span(r, 0, 90, ordered_day)),
    "tsvector": lexemes,
    "tsquery": lambda r: f"{plain(r)} & {plain(r)}",
    "point": xy,
    "lseg": lambda r: f"[{xy(r)},{xy(r)}]",
    "box": lambda r: f"{r.randint(0, 9)},1,2,{r.randint(0, 9)}",
    "path": lambda r: "[(1,2),(3,4)]",
    "polygon": lambda r: "((1,2),(3,4),(5,6))",
    "circle": lambda r: f"<(1,2),{r.randint(0, 9)}>",
    "line": lambda r: "{1,2,3}",
    "pg_lsn": lambda r: "16/B374D848",
    "jsonpath": lambda r: "$.a",
    "txid_snapshot": lambda r: "10:20:10,14,15",
    "regclass": lambda r: "pg_class",
    "xid8": lambda r: str(r.randint(0, 10**9)),
    "pair": lambda r: f"({r.randint(0, 9)},b)",
}

# Without a domain over an enumeration: 3.6.3 cannot start in a database that has one (NullPointerException in TypeRegistry).
SETUP = """
create extension if not exists hstore; create extension if not exists citext; create extension if not exists ltree;
create type mood as enum ('sad', 'ok', 'very happy', '한', 'q"'); create domain quantity as integer check (value >= 0);
create domain price as numeric(10,2); create domain label as varchar(30); create domain moment as timestamp(3);
create domain base_whole as integer; create domain whole as base_whole; create type pair as (a integer, b text);
"""

# Types whose values can be so long that they are stored apart (TOAST), and how.
LONG = {
    "text": lambda r: plain(r, 5) * 3000, "varchar": lambda r: plain(r, 5) * 3000, "citext": lambda r: plain(r, 5) * 3000,
    "bytea": lambda r: "\\x" + "%02x" % r.getrandbits(8) * 9000, "json": lambda r: '{"a": "' + plain(r, 4) * 3000 + '"}',
    "jsonb": lambda r: '{"a": "' + plain(r, 4) * 3000 + '"}', "xml": lambda r: f"<a>{plain(r, 4) * 3000}</a>",
    "numeric": lambda r: r.choice("123456789") * 9000, "bit varying": lambda r: "1" + "01" * 20000,
    "hstore": lambda r: '"k"=>"' + plain(r, 4) * 3000 + '"', "ltree": lambda r: ".".join(plain(r, 2) * 50 for _ in range(100)),
    "tsvector": lambda r: " ".join(plain(r, 8) + str(i) for i in range(2000)),
    "label": None, "numeric(10,2)": None,
}  # fmt: skip
LONG = {name: make for name, make in LONG.items() if make}
ARRAY_LONG = ["integer", "bigint", "smallint", "text", "varchar", "uuid", "date", "timestamp", "timestamptz", "numeric(10,2)", "numeric", "boolean", "double precision", "real", "time", "mood", "jsonb", "bytea", "inet", "oid", "citext", "timestamp(3)", "int4range", "hstore", "varchar(20)", "char(5)"]


# What 3.6.3 converts whatever the value is. It stops where a column is NOT NULL and the value cannot be converted, so others are nullable.
SOUND = {
    "boolean", "smallint", "integer", "bigint", "oid", "real", "double precision", "numeric", "numeric(10,2)", "numeric(5)", "numeric(38,18)", "money",
    "text", "varchar", "varchar(20)", "char(5)", "citext", "bytea", "bit(1)", "bit(12)", "bit(64)", "bit varying(20)", "date", "time", "time(0)",
    "time(3)", "time(6)", "timetz", "timetz(2)", "timestamp", "timestamp(0)", "timestamp(3)", "timestamp(5)", "timestamptz", "timestamptz(0)",
    "timestamptz(3)", "timestamptz(4)", "interval", "interval(3)", "json", "jsonb", "uuid", "xml", "inet", "cidr", "macaddr", "macaddr8", "mood",
    "quantity", "price", "label", "moment", "whole", "hstore", "ltree", "int4range", "int8range", "numrange", "tsrange", "tstzrange", "daterange",
    "tsvector", "point", "integer[]", "bigint[]", "smallint[]", "text[]", "varchar[]", "uuid[]", "date[]", "boolean[]", "real[]", "double precision[]",
    "inet[]", "cidr[]", "macaddr[]", "jsonb[]", "json[]", "timestamp[]", "timestamptz[]", "int4range[]", "numrange[]", "char(5)[]", "bytea[]",
}  # fmt: skip
# Arrays whose elements 3.6.3 declares as never NULL: it stops at the first that is.
PLAIN_ARRAYS = {"mood"}


def array(r, base, count, nulls):
    items = []
    for _ in range(r.randint(0, 4) if count is None else count):
        if nulls and count is None and r.random() < 0.15:
            items.append("NULL")
        else:
            items.append('"' + finite(r, base, TYPES[base], not nulls).replace("\\", "\\\\").replace('"', '\\"') + '"')
    return "{" + ",".join(items) + "}"


def finite(r, kind, make, required):
    """A value; for a column that must have one, none that some mode cannot represent."""
    while True:
        value = make(r)
        if not (required and kind.startswith(("numeric", "price")) and value in ("NaN", "Infinity", "-Infinity")):
            return value


def literal(r, kind, long=False, required=False):
    """A random value of a type, as an SQL literal."""
    if kind.endswith("[]"):
        base = kind[:-2]
        return quote(array(r, base, 1000 if long and base in ARRAY_LONG else None, not required and base in PLAIN or base + "[]" in SOUND))
    return quote(LONG[kind](r) if long and kind in LONG else finite(r, kind, TYPES[kind], required))


# Arrays whose elements may be NULL.
PLAIN = {kind for kind in TYPES if kind not in PLAIN_ARRAYS}
