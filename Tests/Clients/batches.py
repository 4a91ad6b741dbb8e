"""Record batches of format v2 as bytes, built and read with kafka-python's own record classes."""

import struct

from kafka.record.default_records import DefaultRecordBatchBuilder
from kafka.record.memory_records import MemoryRecords

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}

BASE_OFFSET = slice(0, 8)
LEADER_EPOCH = slice(12, 16)


def batch(values, codec="none", timestamp=1_700_000_000_000, producer=(-1, -1, -1), transactional=False):
    """One batch; `producer` is (id, epoch, first sequence)."""
    builder = DefaultRecordBatchBuilder(
        magic=2, compression_type=CODECS[codec], is_transactional=transactional, producer_id=producer[0],
        producer_epoch=producer[1], base_sequence=producer[2], batch_size=1 << 24,
    )
    for index, value in enumerate(values):
        builder.append(index, timestamp + index, f"key{index % 7}".encode(), value, [("index", str(index).encode())])
    return bytes(builder.build())


def split(data):
    """The whole batches in fetched bytes; a last one that was cut off is left out."""
    batches, position = [], 0
    while position + 12 <= len(data):
        length = struct.unpack_from(">i", data, position + 8)[0] + 12
        if position + length > len(data):
            break
        batches.append(bytes(data[position : position + length]))
        position += length
    return batches


def without_what_brokers_assign(one):
    """The batch without base offset and leader epoch, which a broker writes and no checksum covers. All else must stay."""
    changed = bytearray(one)
    changed[BASE_OFFSET] = bytes(8)
    changed[LEADER_EPOCH] = bytes(4)
    return bytes(changed)


def base_offset(one):
    return struct.unpack_from(">q", one, 0)[0]


def codec_of(one):
    return next(name for name, code in CODECS.items() if code == struct.unpack_from(">h", one, 21)[0] & 7)


def records(data):
    """The records of fetched bytes, decompressed, with their checksums verified."""
    found = []
    for one in MemoryRecords(bytes(data)):
        assert one.validate_crc(), "the checksum of a fetched batch does not hold"
        found += [record for record in one if not one.is_control_batch]
    return found
