package dev.rafthttp.sidecar.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;

/** Stands where a member would listen, and answers what a test tells it to. */
final class ScriptedOrigin implements AutoCloseable {
    private static final int SILENCE_MILLIS = 10_000;

    private final ServerSocket socket;

    ScriptedOrigin() {
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            socket.setSoTimeout(SILENCE_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /** The next connection to it. */
    RawConnection accept() {
        try {
            return new RawConnection(socket.accept());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
