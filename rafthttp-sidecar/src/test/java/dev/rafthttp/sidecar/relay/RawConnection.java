package dev.rafthttp.sidecar.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/** One end of a TCP connection that writes and reads bytes as a test tells it. Reading fails after ten seconds of silence. */
final class RawConnection implements AutoCloseable {
    private static final int SILENCE_MILLIS = 10_000;

    private final Socket socket;

    RawConnection(Socket socket) {
        this.socket = socket;
        try {
            socket.setSoTimeout(SILENCE_MILLIS);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static RawConnection to(URI url) {
        try {
            return new RawConnection(new Socket(InetAddress.getByName(url.getHost()), url.getPort()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends text; a line end in it becomes HTTP's. */
    RawConnection send(String text) {
        return send(text.replace("\n", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
    }

    RawConnection send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether the other end closes the connection and says nothing more. */
    boolean isHungUpOn() {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketException reset) {
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything up to the next empty line, with plain line ends. */
    String head() {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = read();
            if (next < 0) {
                throw new IllegalStateException("the connection ended within a head: " + head);
            }
            head.append((char) next);
        }
        return head.toString().replace("\r\n", "\n");
    }

    String text(int bytes) {
        return new String(bytes(bytes), StandardCharsets.ISO_8859_1).replace("\r\n", "\n");
    }

    byte[] bytes(int count) {
        try {
            byte[] bytes = socket.getInputStream().readNBytes(count);
            if (bytes.length < count) {
                throw new IllegalStateException("the connection ended after " + bytes.length + " bytes of " + count);
            }
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A body in chunks, to its end. Jetty ends a chunk's data only when it begins the next chunk. */
    byte[] chunks() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            String line = line();
            int size = line.isEmpty() ? -1 : Integer.parseInt(line, 16);
            body.writeBytes(bytes(Math.max(size, 0)));
            if (size == 0) {
                line();
                return body.toByteArray();
            }
        }
    }

    private String line() {
        StringBuilder line = new StringBuilder();
        for (int next = read(); next != '\n'; next = read()) {
            if (next < 0) {
                throw new IllegalStateException("the connection ended within a line: " + line);
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private int read() {
        try {
            return socket.getInputStream().read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What comes until the other end closes, be it in order or by a reset. */
    String rest() {
        ByteArrayOutputStream rest = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int next = in.read(); next >= 0; next = in.read()) {
                rest.write(next);
            }
        } catch (java.net.SocketTimeoutException e) {
            throw new IllegalStateException("the connection did not end; it brought " + rest, e);
        } catch (IOException reset) {
            return rest.toString(StandardCharsets.ISO_8859_1);
        }
        return rest.toString(StandardCharsets.ISO_8859_1);
    }

    /** Says that nothing more comes; still reads. */
    void endOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends the connection without a goodbye, as a process that is killed does with unread data. */
    void reset() {
        try {
            socket.setSoLinger(true, 0);
            socket.close();
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
