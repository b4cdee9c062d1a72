"""Asks a sidecar for everything but its endless answers, by the client that openapi-python-client makes of the document.

usage: client.py NODE_A NODE_B, the node sides of a and b
"""

import io
import struct
import sys
import time

from node_side import Client
from node_side.api.default import (
    delete_database,
    get_database,
    get_peer,
    health,
    list_peers,
    put_peer,
    readiness,
    remove_peer,
    send_messages,
    send_snapshot,
    status,
)
from node_side.models import Dialect, Message, MessageType, PeerSettings
from node_side.types import File

HEARTBEAT = bytes.fromhex("0808100b180a2007")  # from a to b in term 7
SNAPSHOT = bytes.fromhex("0807100b180a20074a06120410091801")  # of index 9 and term 1
DATABASE = bytes(range(256)) * 1000


def framed(message):
    return struct.pack(">Q", len(message)) + message


def check(answer, expected):
    assert answer.status_code == expected, (answer.status_code, answer.content)
    return answer.parsed


a, b = (Client(base_url=url, raise_on_unexpected_status=True) for url in sys.argv[1:3])

assert check(health.sync_detailed(client=a), 200).ok
assert check(readiness.sync_detailed(client=b), 200).ok
state = check(status.sync_detailed(client=a), 200)
assert (state.member, state.cluster, [peer.id for peer in state.peers]) == ("a", "cafe", ["b"]), state

frames = File(payload=io.BytesIO(framed(HEARTBEAT) * 3))
account = check(send_messages.sync_detailed(client=a, body=frames), 200)
assert (account.accepted, account.dropped) == (3, 0), account
message = Message(type_=MessageType.MSGHEARTBEAT, from_="10", to="11", term="8", context="AP8=")
account = check(send_messages.sync_detailed(client=a, body=message), 200)
assert (account.accepted, account.dropped) == (1, 0), account

settings = PeerSettings(urls=["http://127.0.0.1:9"], dialect=Dialect.ETCD)
assert check(put_peer.sync_detailed("c", client=a, body=settings), 200).urls == settings.urls
assert check(get_peer.sync_detailed("c", client=a), 200).id == "c"
assert [peer.id for peer in check(list_peers.sync_detailed(client=a), 200).peers] == ["b", "c"]
check(remove_peer.sync_detailed("c", client=a), 204)
assert "c" in check(get_peer.sync_detailed("c", client=a), 404).error

posted = File(payload=io.BytesIO(framed(SNAPSHOT) + DATABASE))
assert check(send_snapshot.sync_detailed(client=a, body=posted), 202).id == "b-1-9"
deadline = time.monotonic() + 20
while (received := get_database.sync_detailed("1", "9", client=b)).status_code == 404:
    assert time.monotonic() < deadline, "the database did not come"
    time.sleep(0.05)
assert check(received, 200).payload.read() == DATABASE
part = get_database.sync_detailed("1", "9", client=b, range_="bytes=1-3")
assert check(part, 206).payload.read() == DATABASE[1:4]
check(delete_database.sync_detailed("1", "9", client=b), 204)
