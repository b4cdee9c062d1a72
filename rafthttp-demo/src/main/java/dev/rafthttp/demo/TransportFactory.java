package dev.rafthttp.demo;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.TransportConfig;

/** Makes the transports of the demo's members. */
@FunctionalInterface
interface TransportFactory {

    /**
     * A transport that is not started yet.
     *
     * @param port where it is to listen, on the loopback address
     */
    RaftTransport create(TransportConfig config, RaftCallback callback, int port);
}
