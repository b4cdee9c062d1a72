package dev.rafthttp.demo.kv;

import dev.rafthttp.RaftCallback;
import dev.rafthttp.RaftTransport;
import dev.rafthttp.TransportConfig;

/** Makes the transports of the demo's members. */
@FunctionalInterface
public interface TransportFactory {

    /**
     * A transport that is not started yet.
     *
     * @param port where it is to listen, on the loopback address
     */
    RaftTransport create(TransportConfig config, RaftCallback callback, int port);
}
