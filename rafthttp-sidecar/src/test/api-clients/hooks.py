"""What schemathesis cannot know of the node side from its document: how frames look, and that three answers never end."""

import base64
import io
import re
import struct
import threading

import schemathesis
import urllib3
from hypothesis import strategies as st

STREAMS = {"/v1/messages", "/v1/events", "/v1/tap"}

# How long an answer without an end is read.
SHOWN_SECONDS = 0.1


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def frame(term, index):
    """A MsgSnap from a to b in a frame: what a body of messages may be, and also one of a snapshot, with an empty database."""
    metadata = b"\x10" + varint(index) + b"\x18" + varint(term)
    snapshot = b"\x12" + varint(len(metadata)) + metadata
    message = b"\x08\x07\x10\x0b\x18\x0a\x20" + varint(term) + b"\x4a" + varint(len(snapshot)) + snapshot
    return struct.pack(">Q", len(message)) + message


def unknown_field(number, value):
    """A varint field, in base64."""
    return base64.b64encode(varint(number << 3) + varint(value)).decode()


unsigned = st.integers(min_value=0, max_value=2**64 - 1)
positive = st.integers(min_value=1, max_value=2**64 - 1)
schemathesis.openapi.media_type("application/octet-stream", st.builds(frame, positive, positive))
schemathesis.openapi.format("uint64", unsigned.map(str))
# Numbers that no version of raftpb has used.
schemathesis.openapi.format("protobuf-fields", st.builds(unknown_field, st.integers(100, 2**29 - 1), unsigned))
schemathesis.openapi.format("peer-url", st.integers(1, 65535).map(lambda port: f"http://localhost:{port}"))
schemathesis.openapi.format("event-id", st.builds("{:016x}-{}-{}".format, unsigned, st.integers(0, 99), st.integers(0, 99)))


def on_loopback(value):
    """The same, but URLs in it are of this machine: a sidecar dials whatever peer it is given."""
    if isinstance(value, dict):
        return {key: on_loopback(each) for key, each in value.items()}
    if isinstance(value, list):
        return [on_loopback(each) for each in value]
    return re.sub(r"^(https?)://.*:", r"\1://127.0.0.1:", value) if isinstance(value, str) else value


def cut(response, **_):
    """Keeps what comes within SHOWN_SECONDS as the whole answer."""
    if response.status_code == 200:
        timer = threading.Timer(SHOWN_SECONDS, response.raw.shutdown)
        timer.start()
        came = bytearray()
        try:
            while part := response.raw.read1(1 << 16):
                came += part
        except urllib3.exceptions.HTTPError:
            # It was cut within a chunk.
            pass
        timer.join()
        response.raw = urllib3.HTTPResponse(io.BytesIO(came), response.raw.headers, preload_content=False)
    return response


@schemathesis.hook
def before_call(context, case, kwargs):
    if case.path.startswith("/v1/peers"):
        case.body = on_loopback(case.body)
    if case.method == "GET" and case.path in STREAMS:
        kwargs["stream"] = True
        kwargs["hooks"] = {"response": cut}


def is_lenient(value, name=None):
    """Whether a value has null for a field that is not there, or a number where the document has a string of digits."""
    if isinstance(value, dict):
        return any(is_lenient(each, key) for key, each in value.items())
    if isinstance(value, list):
        return any(is_lenient(each, name) for each in value)
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return value is None or is_number and name not in ("type", "Type")


@schemathesis.hook
def filter_case(context, case):
    """Protobuf's JSON mapping reads more than it writes, and the document says what it writes."""
    return case.path != "/v1/messages" or not is_lenient(case.body)
