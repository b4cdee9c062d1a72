#!/usr/bin/env python3
"""The smallest node that talks to a rafthttp sidecar, with Python's standard library alone.

    node.py [--sidecar http://127.0.0.1:2381] [--token-file FILE] [--beats N]

Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. With
--beats it ends when N of its own have been answered. Messages are JSON, protobuf's mapping of raftpb.Message: 64-bit
numbers, IDs among them, are decimal strings. That is easy to read; for speed, the Go and Java examples use binary frames.
"""
import argparse
import base64
import http.client
import json
import sys
import threading
import time
import urllib.parse


class Sidecar:
    """The node side of one sidecar."""

    def __init__(self, url, token=None):
        self.address = urllib.parse.urlsplit(url)
        self.headers = {"Authorization": "Bearer " + token} if token else {}

    def _connect(self):
        return http.client.HTTPConnection(self.address.hostname, self.address.port)

    def get(self, path):
        """Asks for a JSON object."""
        connection = self._connect()
        try:
            connection.request("GET", path, headers=self.headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise OSError("GET %s: %d %s" % (path, answer.status, body.decode()))
            return json.loads(body)
        finally:
            connection.close()

    def send(self, message):
        """Sends one message; returns whether the sidecar took it, or dropped it as Raft allows."""
        connection = self._connect()
        try:
            headers = {"Content-Type": "application/json", **self.headers}
            connection.request("POST", "/v1/messages", json.dumps(message), headers)
            answer = connection.getresponse()
            body = answer.read()
            if answer.status != 200:
                raise OSError("POST /v1/messages: %d %s" % (answer.status, body.decode()))
            return json.loads(body)["accepted"] == 1
        finally:
            connection.close()

    def messages(self):
        """Yields what comes, until the sidecar ends, or a newer reader takes over."""
        connection = self._connect()
        try:
            connection.request("GET", "/v1/messages", headers={"Accept": "application/json", **self.headers})
            answer = connection.getresponse()
            if answer.status != 200:
                raise OSError("GET /v1/messages: %d %s" % (answer.status, answer.read().decode()))
            for line in answer:
                yield json.loads(line)
        finally:
            connection.close()


class Node:
    """Where your Raft would be."""

    def __init__(self, sidecar):
        self.sidecar = sidecar
        self.member = int(sidecar.get("/v1/status")["member"], 16)
        self.answered = 0

    def beat(self, number):
        context = base64.b64encode(str(number).encode()).decode()
        for peer in self.sidecar.get("/v1/peers")["peers"]:
            self.sidecar.send({"type": "MsgHeartbeat", "from": str(self.member), "to": str(int(peer["id"], 16)),
                               "term": "1", "context": context})

    def step(self, message):
        print("got %s from %x" % (message["type"], int(message["from"])), flush=True)
        if message["type"] == "MsgHeartbeat":
            self.sidecar.send({"type": "MsgHeartbeatResp", "from": str(self.member), "to": message["from"],
                               "term": message["term"], "context": message.get("context", "")})
        elif message["type"] == "MsgHeartbeatResp":
            self.answered += 1

    def read(self):
        while True:
            try:
                for message in self.sidecar.messages():
                    self.step(message)
                print("the sidecar ended the answer; reading again", file=sys.stderr)
            except OSError as e:
                print("%s; reading again" % e, file=sys.stderr)
            time.sleep(1)


def main():
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sidecar", default="http://127.0.0.1:2381")
    options.add_argument("--token-file")
    options.add_argument("--beats", type=int, default=0, help="end when so many are answered (default: never)")
    given = options.parse_args()
    token = None
    if given.token_file:
        with open(given.token_file) as file:
            token = file.read().strip()
    node = Node(Sidecar(given.sidecar, token))
    threading.Thread(target=node.read, daemon=True).start()
    number = 0
    while given.beats == 0 or node.answered < given.beats:
        number += 1
        node.beat(number)
        time.sleep(0.5)
    print("%d heartbeats answered" % node.answered)


if __name__ == "__main__":
    main()
