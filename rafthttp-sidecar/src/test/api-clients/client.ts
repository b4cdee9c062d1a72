// The same as client.py, by openapi-fetch and the types that openapi-typescript makes of the document.
//
// usage: node client.js NODE_A NODE_B, the node sides of a and b

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import createClient from "openapi-fetch";
import type { paths } from "./node-side.js";

const heartbeat = Buffer.from("0808100b180a2007", "hex"); // from a to b in term 7
const snapshot = Buffer.from("0807100b180a20074a06120410091801", "hex"); // of index 9 and term 1
const database = new Uint8Array(256_000).map((_, index) => index);

function framed(message: Buffer): Uint8Array<ArrayBuffer> {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(message.length));
    return new Uint8Array(Buffer.concat([length, message]));
}

const [a, b] = process.argv.slice(2).map((baseUrl) => createClient<paths>({ baseUrl }));
assert(a && b);
const binary = {
    headers: { "Content-Type": "application/octet-stream" },
    bodySerializer: (body: unknown) => body as Blob,
};

assert((await a.GET("/healthz")).data?.ok);
assert((await b.GET("/readyz")).data?.ok);
const state = (await a.GET("/v1/status")).data;
assert.deepEqual([state?.member, state?.cluster, state?.peers.map((peer) => peer.id)], ["a", "cafe", ["b"]]);

const frames = new Blob([framed(heartbeat), framed(heartbeat), framed(heartbeat)]);
assert.deepEqual((await a.POST("/v1/messages", { body: frames, ...binary })).data, { accepted: 3, dropped: 0 });
const message = { type: "MsgHeartbeat" as const, from: "10", to: "11", term: "8", context: "AP8=" };
assert.deepEqual((await a.POST("/v1/messages", { body: message })).data, { accepted: 1, dropped: 0 });

const c = { params: { path: { id: "c" } } };
const urls = ["http://127.0.0.1:9"];
assert.deepEqual((await a.PUT("/v1/peers/{id}", { ...c, body: { urls, dialect: "etcd" } })).data?.urls, urls);
assert.equal((await a.GET("/v1/peers/{id}", c)).data?.id, "c");
assert.deepEqual((await a.GET("/v1/peers")).data?.peers.map((peer) => peer.id), ["b", "c"]);
assert.equal((await a.DELETE("/v1/peers/{id}", c)).response.status, 204);
assert.match((await a.GET("/v1/peers/{id}", c)).error?.error ?? "", /\bc\b/);

const posted = new Blob([framed(snapshot), database]);
assert.equal((await a.POST("/v1/snapshots", { body: posted, ...binary })).data?.id, "b-1-9");
const ninth = { params: { path: { term: "1", index: "9" } }, parseAs: "arrayBuffer" as const };
const deadline = Date.now() + 20_000;
let received = await b.GET("/v1/snapshots/{term}-{index}", ninth);
while (received.response.status === 404) {
    assert(Date.now() < deadline, "the database did not come");
    await setTimeout(50);
    received = await b.GET("/v1/snapshots/{term}-{index}", ninth);
}
assert.deepEqual(new Uint8Array(received.data ?? []), database);
const part = await b.GET("/v1/snapshots/{term}-{index}", {
    ...ninth,
    params: { ...ninth.params, header: { Range: "bytes=1-3" } },
});
assert.equal(part.response.status, 206);
assert.deepEqual(new Uint8Array(part.data ?? []), database.slice(1, 4));
assert.equal((await b.DELETE("/v1/snapshots/{term}-{index}", ninth)).response.status, 204);
