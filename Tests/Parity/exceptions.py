"""Differences that are meant: each a function whose name and sentence say why, asked about one place of a record.

Where Debezium 3.6.3 damages or drops a value, sluice sends it. Each accepts exactly what Debezium makes of the value, and nothing else.
"""

import base64
import re
import struct

PLACEHOLDER = ("__debezium_unavailable_value", "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ", "5f5f646562657a69756d5f756e617661696c61626c655f76616c7565")
# Types that its stream decoder does not know, so that it drops their values (those of a snapshot it sends).
LOST_IN_STREAM = {"name", '"char"', "pg_lsn", "jsonpath", "regclass", "xid8"}
DAY = 86400
# Where the Gregorian calendar begins for Java: 1582-10-15, as days since 1970.
CUTOVER = -141427


def elements(place):
    """Both sides' elements, where both are arrays of one length."""
    if place.kind.endswith("[]") and isinstance(place.ours, list) and isinstance(place.theirs, list) and len(place.ours) == len(place.theirs):
        return list(zip(place.ours, place.theirs))
    return None


def is_integer(value):
    return isinstance(value, int) and not isinstance(value, bool)


# Calendars: days since 1970-01-01 of a year (astronomical: 0 is 1 BC), a month and a day.


def gregorian_day(year, month, day):
    y, m = (year, month - 3) if month > 2 else (year - 1, month + 9)
    return 365 * y + y // 4 - y // 100 + y // 400 + (153 * m + 2) // 5 + day - 1 - 719468


def julian_day(year, month, day):
    y, m = (year, month - 3) if month > 2 else (year - 1, month + 9)
    return 365 * y + y // 4 + (153 * m + 2) // 5 + day - 1 - 719470


def gregorian_date(days):
    z = days + 719468
    era, of_era = divmod(z, 146097)
    y = (of_era - of_era // 1460 + of_era // 36524 - of_era // 146096) // 365
    of_year = of_era - (365 * y + y // 4 - y // 100)
    m = (5 * of_year + 2) // 153
    day, month = of_year - (153 * m + 2) // 5 + 1, m + 3 if m < 10 else m - 9
    return y + era * 400 + (month <= 2), month, day


def iso_date(text):
    """(year, month, day, what follows) of an ISO date; None for what is none."""
    found = re.fullmatch(r"([+-]?\d{4,})-(\d\d)-(\d\d)(.*)", text)
    return found and (int(found[1]), int(found[2]), int(found[3]), found[4])


def written(year, month, day, rest):
    sign = "-" if year < 0 else "+" if year > 9999 else ""
    return f"{sign}{abs(year):04}-{month:02}-{day:02}{rest}"


def per_day(place, ours):
    """How many units of the mode a day has, for a timestamp in microseconds, milliseconds or nanoseconds."""
    mode, kind = place.settings["time.precision.mode"], place.kind
    precision = re.search(r"\((\d)\)", kind)
    precision = int(precision[1]) if precision else 6
    per_second = {"connect": 10**3, "microseconds": 10**6, "nanoseconds": 10**9}.get(mode, 10**3 if precision <= 3 and kind.startswith("timestamp") else 10**6)
    return DAY * per_second


def same_number(place, ours, theirs):
    """Java before 19 does not print the shortest digits of a floating point number; the number is the same."""

    def same(a, b):
        if not (isinstance(a, str) and isinstance(b, str) and a.startswith("<float ") and b.startswith("<float ")):
            return a == b
        x, y = float(a[7:-1]), float(b[7:-1])
        return x == y or (place.kind.startswith("real") and struct.pack("f", x) == struct.pack("f", y))

    pairs = elements(place) or [(place.ours, place.theirs)]
    return place.ours is not None and all(same(a, b) for a, b in pairs)


def unavailable(place, ours, theirs):
    """For types whose placeholder it cannot convert it sends null, which nobody can tell from a NULL."""
    return place.theirs is None and any(sign in str(place.ours) for sign in PLACEHOLDER) or (
        place.theirs is None and isinstance(place.ours, list) and place.ours[:4] == [95, 95, 100, 101])


def times_in_arrays(place, ours, theirs):
    """Times in arrays are cut to milliseconds, those with a time zone to seconds; a day's end becomes its beginning."""
    if not elements(place) or not place.kind.startswith("time") or place.kind.startswith("timestamp"):
        return False

    def cut(value):
        if value is None:
            return None
        if is_integer(value):
            mode = place.settings["time.precision.mode"]
            per_millisecond = 1 if value_is_milliseconds(place) else 10**6 if mode == "nanoseconds" else 10**3
            return 0 if value >= DAY * 1000 * per_millisecond else value - value % per_millisecond
        value = re.sub(r"^24:00:00", "00:00:00", value)
        if place.kind.startswith("timetz"):
            return re.sub(r"\.\d+", "", value)
        return re.sub(r"(\.\d{1,3})\d*", lambda m: m[1].rstrip("0").rstrip("."), value)

    return all(b == cut(a) for a, b in elements(place))


def value_is_milliseconds(place):
    precision = re.search(r"\((\d)\)", place.kind)
    mode = place.settings["time.precision.mode"]
    return mode == "connect" or (mode == "adaptive" and precision is not None and int(precision[1]) <= 3)


def dates_in_arrays(place, ours, theirs):
    """Dates and times with a time zone in arrays lose their era: the year 2 BC (-0001) becomes 2; infinities are what Java has of them."""
    if not elements(place) or not place.kind.startswith(("date", "timestamptz")):
        return False

    def without_era(value):
        if is_integer(value):
            year, month, day = gregorian_date(value)
            if (1582, 10, 4) < (year, month, day) < (1582, 10, 15):
                return value + 10
            return gregorian_day(1 - year, month, day) if year <= 0 else value
        parts = isinstance(value, str) and iso_date(value)
        if parts and (1582, 10, 4) < parts[:3] < (1582, 10, 15):
            # Days that Java's calendar does not have.
            return written(*gregorian_date(gregorian_day(*parts[:3]) + 10), parts[3])
        return written(1 - parts[0], *parts[1:]) if parts and parts[0] <= 0 else value

    return all(b == without_era(a) or is_infinite(place, a) for a, b in elements(place))


def is_infinite(place, value):
    """What PostgreSQL's infinities are sent as, by JDBC's largest and smallest dates and instants."""
    if value in ("infinity", "-infinity"):
        return True
    if place.kind.startswith("date"):
        return value in (2147483647, -2147483648, -2147472692, -2147472691, 2147472692) or str(value).startswith(("-5877611-06-2", "+292278994-08-1"))
    return False


def timestamps_in_arrays(place, ours, theirs):
    """Timestamps without a time zone in arrays are read by the Julian calendar before 1582-10-15."""
    if not elements(place) or not re.match(r"timestamp(\(|\[|$)", place.kind) and not place.kind.startswith("moment"):
        return False

    def julian(value):
        if is_integer(value):
            unit = per_day(place, value)
            days, rest = divmod(value, unit)
            if abs(value) > 92 * 10**17 or abs(days) > 106 * 10**6:
                # Infinities.
                return value
            return julian_day(*gregorian_date(days)) * unit + rest if days < CUTOVER else value
        parts = isinstance(value, str) and iso_date(value)
        if not parts or gregorian_day(*parts[:3]) >= CUTOVER:
            return value
        return written(*gregorian_date(julian_day(*parts[:3])), parts[3])

    return all(b == julian(a) for a, b in elements(place))


def dates_in_snapshots(place, ours, theirs):
    """In a snapshot JDBC reads dates before 1583 by the Julian calendar, which moves them; the stream sends them right, and so does a snapshot here."""
    if place.kind != "date" or not ours["value"] or ours["value"].get("op") != "r":
        return False
    if is_infinite(place, place.ours):
        return True
    if is_integer(place.ours) and is_integer(place.theirs):
        year, month, day = gregorian_date(place.ours)
        # Before Christ it loses the era, too.
        past = (year, month, day) if year > 0 else (1 - year, month, day)
        return place.ours < CUTOVER and place.theirs in (julian_day(*past), gregorian_day(*past))
    mine, real = (iso_date(side) if isinstance(side, str) else None for side in (place.ours, place.theirs))
    if not mine or not real or gregorian_day(*mine[:3]) >= CUTOVER:
        return False
    past = mine[:3] if mine[0] > 0 else (1 - mine[0], *mine[1:3])
    return gregorian_day(*real[:3]) in (julian_day(*past), gregorian_day(*past))


def generated_in_snapshots(place, ours, theirs):
    """Its snapshots read generated columns that its stream does not have; here both follow the publication."""
    if place.path[0] == "value schema" and place.path[-1] == "fields" and ours["value"] and ours["value"].get("op") == "r":
        return bool(place.generated) and set(place.theirs) == place.generated
    if place.path[-2:] != ("after", "fields") or not place.generated or ours["value"].get("op") != "r":
        return False
    mine, real = list(ours["value"]["after"]), list(theirs["value"]["after"])
    return mine == [name for name in real if name not in place.generated] and set(real) - set(mine) == place.generated


def lost_in_stream(place, ours, theirs):
    """Types that its stream decoder does not know are null there."""
    return place.theirs is None and place.kind in LOST_IN_STREAM


def bits_in_arrays(place, ours, theirs):
    """An array of bit strings is declared as a single one, so that none can be converted."""
    if place.path[0].endswith(" schema"):
        return place.kind.startswith("bit") and place.kind.endswith("[]") and place.path[-1] in ("fields", "type") and "items" not in place.path
    return place.theirs is None and place.kind.startswith("bit") and place.kind.endswith("[]")


def null_elements(place, ours, theirs):
    """Of arrays whose elements it declares as never NULL, one with a NULL is dropped whole."""
    return place.theirs is None and isinstance(place.ours, list) and None in place.ours


def negative_scale(place, ours, theirs):
    """A negative scale is read without its sign: numeric(6,-3) becomes a scale of 2045, and its values get as many digits behind the point."""
    if not place.kind.startswith("numeric(6,-3)"):
        return False

    def number(text):
        return int.from_bytes(base64.b64decode(text), signed=True)

    def wrong(value):
        if not isinstance(value, str) or value.startswith("<float"):
            return value
        return value + "." + "0" * 2045 if place.settings["decimal.handling.mode"] == "string" else number(value) * 10**2048

    def read(value):
        return number(value) if isinstance(value, str) and place.settings["decimal.handling.mode"] == "precise" else value

    if place.path[-1] == "scale":
        return (place.ours, place.theirs) == ("-3", "2045")
    pairs = elements(place) or [(place.ours, place.theirs)]
    return all(wrong(a) == read(b) for a, b in pairs)


def nested_arrays(place, ours, theirs):
    """Arrays of several dimensions are nulls or the addresses of Java objects; sluice sends all elements in one array."""
    return place.kind.endswith("[]") and isinstance(place.theirs, list) and bool(place.theirs) and all(
        e is None or str(e).startswith("[L") for e in place.theirs)


def shapes_as_java_prints(place, ours, theirs):
    """Unknown types are the bytes of their text; for geometric ones Java wrote that text: its numbers (1.0, 9.6E-4), with the same values."""
    if place.kind.removesuffix("[]") not in ("box", "circle", "line", "lseg", "path", "polygon"):
        return False
    mode = place.settings["binary.handling.mode"]
    number = re.compile(r"-?(?:\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|Infinity|NaN)")

    def text(value):
        if mode == "hex":
            return bytes.fromhex(value).decode()
        return base64.b64decode(value.translate(str.maketrans("-_", "+/"))).decode()

    def same(a, b):
        if not isinstance(a, str) or not isinstance(b, str):
            return a == b
        a, b = text(a), text(b)
        mine, real = number.findall(a), number.findall(b)
        java = re.compile(r"-?(?:\d+\.\d+(?:E-?\d+)?|Infinity|NaN)")
        return (
            number.sub("#", a) == number.sub("#", b) and all(java.fullmatch(n) for n in real)
            and [float(n) for n in mine if n != "NaN"] == [float(n) for n in real if n != "NaN"])  # fmt: skip

    pairs = elements(place) or [(place.ours, place.theirs)]
    return all(same(a, b) for a, b in pairs)


def days_end_with_zone(place, ours, theirs):
    """24:00 with a time zone becomes midnight, a day earlier."""
    return place.kind.startswith("timetz") and not place.kind.endswith("[]") and isinstance(place.ours, str) and (
        place.ours.startswith("24:00:00") and place.theirs == place.ours.replace("24:", "00:", 1))


def infinite_defaults(place, ours, theirs):
    """An infinity that is the column's default overflows, or is null in nanoseconds; sluice sends what it sends of other infinities."""
    return place.kind.startswith("timestamp") and "infinity" in place.default and is_integer(place.ours) and abs(place.ours) > 92 * 10**14 and (
        place.theirs is None or is_integer(place.theirs) and place.theirs * place.ours < 0)


def beyond_64_bits(place, ours, theirs):
    """A timestamp that has no place in 64 bits of the mode's unit is a wrong number, an interval the largest one; sluice sends null, and warns."""
    if place.ours is not None:
        return False
    if place.kind == "interval":
        return place.theirs in (2**63 - 1, -(2**63))
    return place.kind.startswith("timestamp") and all(is_integer(e) or e is None for e in (place.theirs if isinstance(place.theirs, list) else [place.theirs]))


def specials_in_arrays(place, ours, theirs):
    """An array of decimals with an infinity or NaN among them is dropped whole, also in the modes that can hold them."""
    return place.theirs is None and place.kind.startswith("numeric") and isinstance(place.ours, list) and any(
        e in ("Infinity", "-Infinity", "NaN", "POSITIVE_INFINITY", "NEGATIVE_INFINITY", "NAN") for e in place.ours)


EXCEPTIONS = [
    same_number, unavailable, times_in_arrays, dates_in_arrays, timestamps_in_arrays, dates_in_snapshots, generated_in_snapshots, lost_in_stream,
    bits_in_arrays, null_elements, negative_scale, nested_arrays, shapes_as_java_prints, days_end_with_zone, infinite_defaults, beyond_64_bits, specials_in_arrays,
]  # fmt: skip
