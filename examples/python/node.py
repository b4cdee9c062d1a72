#!/usr/bin/env python3
"""The smallest node that talks to a rafthttp sidecar, with Python's standard library alone.

    node.py [--node http://127.0.0.1:2381] [--token-file FILE] [--beats N]

Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. It waits for
a sidecar that is away. With --beats it ends when N of its own have been answered; when its member has been removed from the
cluster, it ends with status 3. Messages are JSON, protobuf's mapping of raftpb.Message: 64-bit numbers, IDs among them, are
decimal strings. That is easy to read; for speed, the Go and Java examples use binary frames.
"""
import argparse
import base64
import http.client
import json
import sys
import threading
import time
import urllib.parse

REMOVED = 3


class Sidecar:
    """The node side of one sidecar."""

    def __init__(self, url, token=None):
        self.address = urllib.parse.urlsplit(url)
        self.headers = {"Authorization": "Bearer " + token} if token else {}

    def lines(self, path, accept="application/json", method="GET", body=None):
        """Makes a request; yields the lines of its answer."""
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port)
        try:
            headers = {"Accept": accept, "Content-Type": "application/json", **self.headers}
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            if answer.status != 200:
                raise OSError("%s %s: %d %s" % (method, path, answer.status, answer.read().decode()))
            yield from answer
        finally:
            connection.close()

    def get(self, path):
        """Asks for a JSON object."""
        return json.loads(b"".join(self.lines(path)))

    def send(self, message):
        """Sends one message; returns whether the sidecar took it, or dropped it as Raft allows."""
        answer = self.lines("/v1/messages", method="POST", body=json.dumps(message))
        return json.loads(b"".join(answer))["accepted"] == 1

    def messages(self):
        """Yields what comes, until the sidecar ends, or a newer reader takes over."""
        for line in self.lines("/v1/messages"):
            yield json.loads(line)

    def events(self):
        """Yields the name and the data of what happens, until the sidecar ends."""
        name = None
        for line in self.lines("/v1/events", "text/event-stream"):
            field, _, value = line.decode().partition(":")
            if field == "event":
                name = value.strip()
            elif field == "data":
                yield name, json.loads(value)


class Node:
    """Where your Raft would be."""

    def __init__(self, sidecar):
        self.sidecar = sidecar
        self.member = None
        self.run = None
        self.answered = 0
        self.removed = False

    def beat(self, number):
        if self.member is None:
            self.member = int(self.sidecar.get("/v1/status")["member"], 16)
        context = base64.b64encode(str(number).encode()).decode()
        for peer in self.sidecar.get("/v1/peers")["peers"]:
            self.sidecar.send({"type": "MsgHeartbeat", "from": str(self.member), "to": str(int(peer["id"], 16)),
                               "term": "1", "context": context})

    def step(self, message):
        print("got %s from %x" % (message["type"], int(message["from"])), flush=True)
        if message["type"] == "MsgHeartbeat":
            self.sidecar.send({"type": "MsgHeartbeatResp", "from": message["to"], "to": message["from"],
                               "term": message["term"], "context": message.get("context", "")})
        elif message["type"] == "MsgHeartbeatResp":
            self.answered += 1

    def happened(self, name, data):
        if name == "run":
            print("run", data["run"], flush=True)
            if self.run not in (None, data["run"]):
                # Set your peers again (PUT /v1/peers), and tell Raft that the snapshots under way have failed.
                print("the sidecar was started again", flush=True)
            self.run = data["run"]
        elif name == "member-removed":
            print("removed: %s" % data["reason"], flush=True)
            self.removed = True


def again(what, do):
    """Does it for ever: whatever ends it, the sidecar may be back in a second."""
    while True:
        try:
            do()
            print("%s: the sidecar ended its answer; again" % what, file=sys.stderr)
        except (OSError, ValueError, http.client.HTTPException) as e:
            print("%s: %s; again" % (what, e), file=sys.stderr)
        time.sleep(1)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--node", default="http://127.0.0.1:2381")
    options.add_argument("--token-file")
    options.add_argument("--beats", type=int, default=0, help="end when so many are answered (default: never)")
    given = options.parse_args()
    token = None
    if given.token_file:
        with open(given.token_file) as file:
            token = file.read().strip()
    node = Node(Sidecar(given.node, token))

    def read():
        for message in node.sidecar.messages():
            node.step(message)

    def listen():
        for name, data in node.sidecar.events():
            node.happened(name, data)

    def beat():
        while True:
            number[0] += 1
            node.beat(number[0])
            time.sleep(0.5)

    number = [0]
    for what, do in (("read", read), ("events", listen), ("beat", beat)):
        threading.Thread(target=again, args=(what, do), daemon=True).start()
    while not node.removed and (given.beats == 0 or node.answered < given.beats):
        time.sleep(0.1)
    print("%d heartbeats answered" % node.answered)
    sys.exit(REMOVED if node.removed else 0)


if __name__ == "__main__":
    main()
