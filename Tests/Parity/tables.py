"""Random tables and random operations on them."""

from dataclasses import dataclass, field

from values import ARRAY_LONG, LONG, SOUND, TYPES, literal, quote

KEYS = ["integer", "bigint", "text", "uuid", "smallint", "varchar(20)", "date", "timestamp", "numeric(10,2)", "mood", "boolean", "quantity",
        "timestamptz", "char(5)", "bytea", "price", "citext", "inet", "time", "numeric", "real", "double precision", "oid", "interval"]  # fmt: skip
NAMES = ["a", "B", "c d", 'q"q', "값", "été", "select", "Mixed", "a.b", "x-y", "$p", "back\\slash", "n:1", "tab,le"]
DEFAULTS = ["integer", "text", "boolean", "numeric(10,2)", "date", "timestamp", "varchar(20)", "uuid", "mood", "jsonb", "bigint", "timestamptz", "real",
            "double precision", "bytea", "integer[]", "text[]", "numeric", "time", "interval", "smallint", "price", "char(5)", "bit(12)", "inet", "money",
            "bit(1)", "hstore", "citext", "numeric(5)", "timestamp(3)", "time(3)", "timetz", "json", "int4range", "oid", "name", "ltree", "xml"]  # fmt: skip


def ident(name):
    return '"' + name.replace('"', '""') + '"'


@dataclass
class Column:
    name: str
    kind: str
    required: bool = False
    default: str = ""
    generated: str = ""


@dataclass
class Table:
    schema: str
    name: str
    columns: list
    key: list
    identity: str = ""
    ddl: list = field(default_factory=list)
    partitioned: bool = False
    # Every column that there ever was, with its types.
    history: list = field(default_factory=list)

    def remember(self):
        self.history = [(c.name, c.kind) for c in self.columns] + self.history

    @property
    def sql(self):
        return f"{ident(self.schema)}.{ident(self.name)}"


def pick_kind(r):
    base = r.choice(list(TYPES))
    return base + "[]" if r.random() < 0.25 and base != "pair" else base


def default(r, kind):
    """3.6.3 reads an escaped quote in a default as its end, so there are none here."""
    for _ in range(20):
        text = literal(r, kind, required=True)
        if not text.startswith("E") and "'" not in text[1:-1]:
            return text
    return "null"


def column(r, name, kind=None):
    one = Column(name, kind or pick_kind(r))
    if r.random() < 0.25 and one.kind in SOUND:
        one.required = True
    if r.random() < 0.3 and one.kind in DEFAULTS:
        one.default = default(r, one.kind) if r.random() < 0.8 else "null"
        if one.default != "null" and r.random() < 0.4:
            one.default += f"::{one.kind}"
    if one.default == "null" and one.required:
        one.default = ""
    if r.random() < 0.05:
        one.default = {"integer": "1 + 1", "timestamp": "now()", "timestamptz": "now()", "text": "lower('ABC')", "date": "current_date",
                       "uuid": "gen_random_uuid()", "bigint": "-5", "numeric(10,2)": "1.5", "numeric": "007.10", "boolean": "true",
                       "double precision": "1e3", "integer[]": "array[1,2]", "money": "12.5"}.get(one.kind, one.default)  # fmt: skip
    return one


def definition(one):
    text = f"{ident(one.name)} {one.kind}"
    if one.generated:
        return f"{text} generated always as ({one.generated}) stored"
    if one.default:
        text += f" default {one.default}"
    return text + (" not null" if one.required else "")


def table(r, number):
    name = f"t{number}" if r.random() < 0.5 else f"{r.choice(NAMES)}{number}"
    schema = "public" if r.random() < 0.8 else "sch Ö"
    pool = r.sample(NAMES, len(NAMES)) + [f"c{i}" for i in range(20)]
    key = [Column(pool.pop(), r.choice(KEYS if r.random() < 0.5 else ["integer", "bigint"]), True) for _ in range(r.choice([0, 1, 1, 1, 1, 1, 2, 3]))]
    others = [column(r, pool.pop()) for _ in range(r.randint(1, 9))]
    if r.random() < 0.3:
        others += [Column(pool.pop(), r.choice([*LONG, *(k + "[]" for k in ARRAY_LONG)])) for _ in range(3)]
    if r.random() < 0.15 and any(c.kind == "integer" for c in others):
        source = next(c for c in others if c.kind == "integer")
        others.append(Column(pool.pop(), "integer", generated=f"coalesce({ident(source.name)} % 7, 0)"))
    columns = key + others
    if r.random() < 0.3:
        r.shuffle(columns)
    made = Table(schema, name, columns, [c.name for c in key])
    made.remember()
    lines = [definition(c) for c in columns]
    if key:
        order = r.sample(key, len(key))
        made.key = [c.name for c in order]
        lines.append(f"primary key ({', '.join(ident(c.name) for c in order)})")
    made.partitioned = bool(key) and r.random() < 0.1
    ddl = f"create table {made.sql} ({', '.join(lines)})"
    if made.partitioned:
        made.ddl.append(f"{ddl} partition by hash ({ident(made.key[0])})")
        for part in range(2):
            made.ddl.append(f"create table {ident(schema)}.{ident(f'{name}_p{part}')} partition of {made.sql} for values with (modulus 2, remainder {part})")
    else:
        made.ddl.append(ddl)
    pick = r.random()
    targets = [made.sql] if not made.partitioned else [f"{ident(schema)}.{ident(f'{name}_p{part}')}" for part in range(2)]
    for target in targets:
        if pick < 0.3:
            made.ddl.append(f"alter table {target} replica identity full")
        elif pick < 0.35:
            made.ddl.append(f"alter table {target} replica identity nothing")
        elif pick < 0.5 and not made.partitioned and (candidates := [c for c in others if c.required and c.kind in KEYS and not c.generated]):
            chosen = ", ".join(ident(c.name) for c in r.sample(candidates, r.randint(1, len(candidates))))
            made.ddl.append(f"create unique index {ident('u_' + name)} on {target} ({chosen})")
            if r.random() < 0.8:
                made.ddl.append(f"alter table {target} replica identity using index {ident('u_' + name)}")
    if r.random() < 0.7:
        for c in columns:
            if c.kind in LONG or c.kind.endswith("[]"):
                made.ddl.append(f"alter table {made.sql} alter column {ident(c.name)} set storage external")
    return made


def value(r, c, long=0.1):
    if c.default and r.random() < 0.2:
        return "default"
    if not c.required and r.random() < 0.15:
        return "null"
    return literal(r, c.kind, r.random() < long, c.required)


def row_of(r, t):
    """Which row: some row, by its place."""
    return f"(tableoid, ctid) = (select tableoid, ctid from {t.sql} order by tableoid, ctid offset {r.randint(0, 3)} limit 1)"


def insert(r, t, long=0.3):
    columns = [c for c in t.columns if not c.generated]
    return f"insert into {t.sql} ({', '.join(ident(c.name) for c in columns)}) values ({', '.join(value(r, c, 0 if c.name in t.key else long) for c in columns)})"


def operation(r, t):
    pick = r.random()
    columns = [c for c in t.columns if not c.generated]
    if pick < 0.4 or not columns:
        return insert(r, t)
    if pick < 0.8:
        others = [c for c in columns if c.name not in t.key]
        chosen = r.sample(columns if r.random() < 0.25 or not others else others, 1)
        if r.random() < 0.3:
            chosen = list({c.name: c for c in chosen + r.sample(columns, min(len(columns), 3))}.values())
        return f"update {t.sql} set {', '.join(f'{ident(c.name)} = {value(r, c)}' for c in chosen)} where {row_of(r, t)}"
    if pick < 0.95:
        return f"delete from {t.sql} where {row_of(r, t)}"
    if pick < 0.97:
        return f"truncate {t.sql}"
    return f"select pg_logical_emit_message({r.choice(['true', 'true', 'false'])}, {quote(r.choice(['audit', 'p q', '값']))}, {quote(r.choice(['', 'hello', '한국어', 'x' * 50]))})"


def operations(r, tables, count):
    lines = []
    while len(lines) < count:
        if r.random() < 0.25:
            lines.append("begin")
            lines += [operation(r, r.choice(tables)) for _ in range(r.randint(1, 5))]
            lines.append(r.choice(["commit", "commit", "commit", "rollback"]))
        else:
            lines.append(operation(r, r.choice(tables)))
    return lines


RETYPES = {"integer": ["bigint", "text", "numeric(10,2)", "numeric", "double precision"], "smallint": ["integer", "bigint"], "varchar(20)": ["text", "varchar"],
           "text": ["varchar"], "numeric(10,2)": ["numeric(38,18)", "text", "numeric"], "timestamp": ["timestamptz", "timestamp(3)"], "date": ["timestamp", "text"],
           "real": ["double precision"], "char(5)": ["text"], "bigint": ["numeric", "text"], "time": ["time(3)"]}  # fmt: skip


def schema_change(r, t, number):
    """A change of the table's shape, made to the description, too."""
    text = change(r, t, number)
    t.remember()
    return text


def change(r, t, number):
    pick = r.random()
    others = [c for c in t.columns if c.name not in t.key and not c.generated]
    if pick < 0.4 or not others:
        one = column(r, f"new{number}")
        if one.required and not one.default:
            one.required = False
        t.columns.append(one)
        return f"alter table {t.sql} add column {definition(one)}"
    one = r.choice(others)
    if pick < 0.55 and len(others) > 1 and not any(c.generated for c in t.columns):
        t.columns.remove(one)
        return f"alter table {t.sql} drop column {ident(one.name)} cascade"
    if pick < 0.75 and not any(c.generated for c in t.columns):
        old, one.name = one.name, f"renamed {number}"
        return f"alter table {t.sql} rename column {ident(old)} to {ident(one.name)}"
    if pick < 0.85:
        one.required = False
        return f"alter table {t.sql} alter column {ident(one.name)} drop not null"
    retypable = [c for c in others if c.kind in RETYPES and not c.default]
    if retypable and not any(c.generated for c in t.columns):
        one = r.choice(retypable)
        one.kind = r.choice(RETYPES[one.kind])
        return f"alter table {t.sql} alter column {ident(one.name)} type {one.kind}"
    return f"alter table {t.sql} replica identity {r.choice(['full', 'default'])}"
