package dev.rafthttp.bench;

import dev.rafthttp.raftpb.Message;
import java.util.Locale;
import java.util.function.Consumer;

/** What carries the messages of a run; its name begins the run's line. */
enum Carrier {
    /** This project's transport. */
    RAFTHTTP,
    /** A bidirectional stream of grpc-java a lane, on one HTTP/2 connection. */
    GRPC,
    /** A bare socket a lane, with this project's codec: the limit. */
    TCP,
    /** Two {@code bin/rafthttp sidecar}, by the streams of their node sides; each a process that is not counted as ours. */
    SIDECAR;

    /** @param received given each message, on the thread that reads it */
    Link open(Consumer<Message> received) {
        return switch (this) {
            case RAFTHTTP -> RafthttpLink.pair(received);
            case GRPC -> new GrpcLink(received);
            case TCP -> new TcpLink(received);
            case SIDECAR -> new SidecarLink(received);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
