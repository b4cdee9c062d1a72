package dev.rafthttp.interop;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

/** A relay in a JVM of its own, which can be killed and started again. */
final class Relay implements AutoCloseable {
    private final Host host;
    private final List<String> command;
    private final Path output;
    private final URI node;
    private ChildProcess process;

    Relay(Host host, List<String> command, URI node, Path output) {
        this.host = host;
        this.command = List.copyOf(command);
        this.node = node;
        this.output = output;
        process = host.start(this.command, output);
    }

    /** Where its HTTP API is. */
    URI node() {
        return node;
    }

    ChildProcess process() {
        return process;
    }

    void restart() {
        process = host.start(command, output);
    }

    @Override
    public void close() {
        process.close();
    }
}
