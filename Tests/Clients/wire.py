"""A connection that sends Kafka requests as bytes and decodes the answers with kafka-python's generated classes.

The decoder is nobody's here, so that an answer with a field too many, too few or in the wrong order is found.
"""

import re
import socket
import struct

import kafka.protocol.admin  # noqa: F401 - registers the messages
import kafka.protocol.consumer  # noqa: F401
import kafka.protocol.producer  # noqa: F401
from kafka.protocol.api_message import ApiMessage
from kafka.protocol.consumer.fetch import FetchRequest, FetchResponse
from kafka.protocol.metadata import ApiVersionsRequest, ApiVersionsResponse
from kafka.protocol.producer.produce import ProduceRequest, ProduceResponse

MESSAGES = {c.__name__: c for c in ApiMessage.__subclasses__() if c._class_version is None}


def response_class(request_class):
    return MESSAGES[request_class.__name__.removesuffix("Request") + "Response"]


class Connection:
    """One socket. Every read ends after `seconds`."""

    def __init__(self, bootstrap, seconds=10.0):
        host, _, port = bootstrap.split(",")[0].rpartition(":")
        self.socket = socket.create_connection((host, int(port)), timeout=seconds)
        self.correlation = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, request):
        """Sends without waiting; the number that the answer must carry."""
        self.correlation += 1
        request.with_header(correlation_id=self.correlation, client_id="raw")
        self.socket.sendall(bytes(request.encode(header=True, framed=True)))
        return self.correlation

    def send_frame(self, payload):
        self.socket.sendall(struct.pack(">i", len(payload)) + payload)

    def receive_frame(self):
        """The next answer without its length; None once the broker has closed the connection."""
        header = self._exactly(4)
        return None if header is None else self._exactly(struct.unpack(">i", header)[0])

    def _exactly(self, count):
        data = bytearray()
        while len(data) < count:
            try:
                part = self.socket.recv(count - len(data))
            except ConnectionError:
                return None
            if not part:
                return None
            data += part
        return bytes(data)

    def receive(self, request_class, version):
        """The next answer, decoded as that of the given request; every byte of it must belong to a field."""
        frame = self.receive_frame()
        assert frame is not None, "the broker closed the connection"
        return decode_all(response_class(request_class), version, frame)

    def call(self, request):
        number = self.send(request)
        correlation, answer = self.receive(type(request), request.API_VERSION)
        assert correlation == number
        return answer

    def closed_by_broker(self):
        """Whether the broker closes the connection without an answer."""
        return self.receive_frame() is None


def decode_all(answer_class, version, frame):
    """The number and the body of an answer. Every byte must belong to a field: none is missing or left over."""
    # ApiVersions answers keep the old header in all versions, so that a client that knows nothing yet can read them.
    flexible = answer_class.flexible_version_q(version)
    tagged_header = flexible and answer_class is not ApiVersionsResponse
    correlation = struct.unpack_from(">i", frame)[0]
    position = 4
    if tagged_header:
        assert frame[4] == 0, "the header of the answer carries tags"
        position = 5
    decode = answer_class._struct.compiled_decode_from(version, compact=flexible, tagged=flexible, data_class=answer_class)
    answer, end = decode(memoryview(frame), position)
    assert end == len(frame), f"{answer_class.__name__} v{version}: {len(frame) - end} bytes belong to no field:\n{frame.hex()}"
    return correlation, answer


def build(request_class, version, **values):
    """A request from plain dictionaries and lists, by the names of kafka-python's fields."""
    return request_class[version](**_nested(request_class, request_class.json["fields"], values))


def _nested(owner, fields, values):
    by_name = {_snake(f["name"]): f for f in fields}
    result = {}
    for key, value in values.items():
        field = by_name[key]
        if "fields" in field and isinstance(value, list):
            element = getattr(owner, field["type"].removeprefix("[]"))
            value = [element(**_nested(element, field["fields"], one)) for one in value]
        result[key] = value
    return result


def _snake(name):
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def produce(connection, topic, records, partition=0, version=9, acks=-1, transactional_id=None):
    """Sends record batches as they are; the answer for the partition."""
    topics = ProduceRequest.TopicProduceData
    request = ProduceRequest[version](
        transactional_id=transactional_id, acks=acks, timeout_ms=10_000,
        topic_data=[topics(name=topic, partition_data=[topics.PartitionProduceData(index=partition, records=records)])],
    )
    return connection.call(request).responses[0].partition_responses[0]


def fetch(connection, topic, offset=0, partition=0, version=12, max_bytes=1 << 24, isolation=0, wait=500):
    """Fetches from an offset on; the answer for the partition, whose `records` are the bytes as they are."""
    topics = FetchRequest.FetchTopic
    part = topics.FetchPartition(partition=partition, fetch_offset=offset, partition_max_bytes=max_bytes)
    request = FetchRequest[version](
        max_wait_ms=wait, min_bytes=1, max_bytes=max_bytes, isolation_level=isolation,
        topics=[topics(topic=topic, partitions=[part])],
    )
    return connection.call(request).responses[0].partitions[0]


def api_versions(connection, version=0):
    request = ApiVersionsRequest[version]() if version < 3 else ApiVersionsRequest[version](
        client_software_name="raw", client_software_version="1"
    )
    return connection.call(request)
