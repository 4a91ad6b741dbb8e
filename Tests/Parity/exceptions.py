"""Differences that are meant: each a function whose name and sentence say why, asked about one place of a record.

Where Debezium 3.6.3 damages or drops a value, sluice sends it.
"""

import struct

PLACEHOLDER = ("__debezium_unavailable_value", "X19kZWJleml1bV91bmF2YWlsYWJsZV92YWx1ZQ", "5f5f646562657a69756d5f756e617661696c61626c655f76616c7565")
# Types that its stream decoder does not know, so that it drops their values (those of a snapshot it sends).
LOST_IN_STREAM = {"name", '"char"', "pg_lsn", "jsonpath", "regclass", "xid8"}


def elements(place):
    """Both sides' elements, where both are arrays of one length."""
    if place.kind.endswith("[]") and isinstance(place.ours, list) and isinstance(place.theirs, list) and len(place.ours) == len(place.theirs):
        return list(zip(place.ours, place.theirs))
    return None


def is_number(value):
    return isinstance(value, str) and value.startswith("<float ") or isinstance(value, int) and not isinstance(value, bool)


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


def milliseconds_in_arrays(place, ours, theirs):
    """Times in arrays are cut to milliseconds (those of a day's end to midnight), dates and timestamps before 1583 read by the Julian calendar."""
    pairs = elements(place)
    if not pairs or not place.kind.startswith(("time", "date", "moment")):
        return False
    return all((a is None) == (b is None) for a, b in pairs)


def gregorian_snapshot(place, ours, theirs):
    """In a snapshot JDBC reads dates before 1583 by the Julian calendar, which moves them; the stream sends them right, and so does a snapshot here."""
    return place.kind in ("date",) and ours["value"] and ours["value"].get("op") == "r" and is_number(place.ours) and place.ours < -141400


def lost_in_stream(place, ours, theirs):
    """Types that its stream decoder does not know are null there."""
    return place.theirs is None and place.kind in LOST_IN_STREAM


def bits_in_arrays(place, ours, theirs):
    """An array of bit strings is declared as a single one, so that none can be converted."""
    return place.theirs is None and place.kind.startswith("bit") and place.kind.endswith("[]")


def null_elements(place, ours, theirs):
    """Of arrays whose elements it declares as never NULL, one with a NULL is dropped whole."""
    return place.theirs is None and isinstance(place.ours, list) and None in place.ours


def negative_scale(place, ours, theirs):
    """A negative scale is read without its sign: numeric(6,-3) becomes a scale of 2045."""
    return place.kind.startswith("numeric(6,-3)")


def nested_arrays(place, ours, theirs):
    """Arrays of several dimensions are nulls or the addresses of Java objects; sluice sends all elements in one array."""
    return place.kind.endswith("[]") and isinstance(place.theirs, list) and bool(place.theirs) and all(
        e is None or str(e).startswith("[L") for e in place.theirs)


def after_a_message(place, ours, theirs):
    """A message inside of a transaction that is not part of it: the two count it as the last commit at other moments."""
    return place.path[-1] == "sequence" and place.ours[1:] == place.theirs[1:]


def shapes_as_java_prints(place, ours, theirs):
    """Unknown types are the bytes of their text; for geometric ones that is Java's text (1.0 for 1), not PostgreSQL's."""
    return place.kind.removesuffix("[]") in ("box", "circle", "line", "lseg", "path", "polygon") and place.theirs is not None


def beyond_64_bits(place, ours, theirs):
    """A timestamp that has no place in 64 bits of the mode's unit is a wrong number; sluice sends null, and warns."""
    return place.kind.startswith("timestamp") and place.ours is None


def specials_in_arrays(place, ours, theirs):
    """An array of decimals with an infinity or NaN among them is dropped whole, also in the modes that can hold them."""
    return place.theirs is None and place.kind.startswith("numeric") and isinstance(place.ours, list) and any(
        e in ("Infinity", "-Infinity", "NaN", "POSITIVE_INFINITY", "NEGATIVE_INFINITY", "NAN") for e in place.ours)


EXCEPTIONS = [
    same_number, unavailable, milliseconds_in_arrays, gregorian_snapshot, lost_in_stream, bits_in_arrays, null_elements, negative_scale,
    nested_arrays, after_a_message, shapes_as_java_prints, beyond_64_bits, specials_in_arrays,
]  # fmt: skip
