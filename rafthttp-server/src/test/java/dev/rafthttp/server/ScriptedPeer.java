package dev.rafthttp.server;

import dev.rafthttp.Protocol;
import dev.rafthttp.StreamType;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A member's end of one connection, over a bare socket: writes the bytes it is told to, and reads what comes. */
final class ScriptedPeer implements AutoCloseable {
    /** What has not come by then never comes. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Socket socket = new Socket();
    private final InputStream in;
    private ByteBuffer chunk = ByteBuffer.allocate(0);

    ScriptedPeer(URI url) throws IOException {
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(url.getHost(), url.getPort()));
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** The head of an answer. Header names in lower case. */
    record Head(int status, Map<String, String> headers) {}

    /** An answer that is not a stream. */
    record Answer(Head head, String body) {
        int status() {
            return head.status;
        }

        @Nullable String header(String name) {
            return head.headers.get(name.toLowerCase(Locale.ROOT));
        }
    }

    /** The head of a request of peer 2 to member 1, to be changed where a test wants it wrong. */
    static final class Request {
        private final String line;
        private final Map<String, String> headers = new TreeMap<>();

        Request(String method, String path) {
            line = method + " " + path + " HTTP/1.1\r\n";
            with("Host", "test");
            with(Protocol.SERVER_FROM, ReceivingMember.PEER.toString());
            with(Protocol.SERVER_VERSION, "3.6.0");
            with(Protocol.MIN_CLUSTER_VERSION, "3.0.0");
            with(Protocol.CLUSTER_ID, "cafe");
            with(Protocol.PEER_URLS, "http://127.0.0.1:2380");
        }

        static Request stream(StreamType type) {
            return stream(type == StreamType.MSGAPP ? Protocol.PUSH_MSGAPP_PATH : Protocol.PUSH_MESSAGE_PATH);
        }

        static Request stream(String path) {
            return new Request("POST", path)
                    .with(Protocol.RAFT_TO, ReceivingMember.ID.toString())
                    .with("Expect", "100-continue")
                    .with("Transfer-Encoding", "chunked")
                    .with("Content-Type", Protocol.OCTETS);
        }

        /** Asks member 1 for its messages to peer 2, as etcd does. */
        static Request pull(StreamType type) {
            return pull(Protocol.pullPath(type, ReceivingMember.PEER));
        }

        static Request pull(String path) {
            return new Request("GET", path).with(Protocol.RAFT_TO, ReceivingMember.ID.toString());
        }

        static Request post(int contentLength) {
            return new Request("POST", Protocol.PIPELINE_PATH)
                    .with("Content-Type", Protocol.PROTOBUF)
                    .with("Content-Length", Integer.toString(contentLength));
        }

        Request with(String header, String value) {
            headers.put(header, value);
            return this;
        }

        Request without(String header) {
            headers.remove(header);
            return this;
        }

        byte[] bytes() {
            StringBuilder head = new StringBuilder(line);
            headers.forEach((name, value) ->
                    head.append(name).append(": ").append(value).append("\r\n"));
            return head.append("\r\n").toString().getBytes(StandardCharsets.US_ASCII);
        }
    }

    /** Opens a stream and sees it accepted. */
    static ScriptedPeer onStream(ReceivingMember member, StreamType type) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(member.url());
        peer.send(Request.stream(type).bytes());
        expectStatus(peer.readHead(), 100);
        expectStatus(peer.readHead(), 200);
        return peer;
    }

    /** Asks for a stream, and sees that it gets it. */
    static ScriptedPeer onPull(ReceivingMember member, StreamType type) throws IOException {
        ScriptedPeer peer = new ScriptedPeer(member.url());
        peer.send(Request.pull(type).bytes());
        expectStatus(peer.readHead(), 200);
        return peer;
    }

    private static void expectStatus(Head head, int status) {
        if (head.status != status) {
            throw new AssertionError("answered " + head + " instead of " + status);
        }
    }

    /** Sends one request and reads its answer. */
    static Answer exchange(ReceivingMember member, Request request, byte[] body) throws IOException {
        try (ScriptedPeer peer = new ScriptedPeer(member.url())) {
            peer.send(request.bytes());
            peer.send(body);
            return peer.readAnswer();
        }
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    void send(String text) throws IOException {
        send(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Sends bytes as one chunk, in one write. */
    void sendChunk(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes((Integer.toHexString(bytes.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(bytes);
        out.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
        send(out.toByteArray());
    }

    /** Ends a chunked body. */
    void endBody() throws IOException {
        send("0\r\n\r\n");
    }

    Head readHead() throws IOException {
        String statusLine = readLine();
        Map<String, String> headers = new TreeMap<>();
        for (String line = readLine(); !line.isEmpty(); line = readLine()) {
            int colon = line.indexOf(':');
            headers.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(Integer.parseInt(statusLine.split(" ")[1]), headers);
    }

    boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    /** Reads until the connection ends, and throws away what comes. */
    void readToEndOfConnection() throws IOException {
        while (in.read() >= 0) {
            // What a peer that does not care does.
        }
    }

    Answer readAnswer() throws IOException {
        Head head = readHead();
        int length = Integer.parseInt(head.headers.getOrDefault("content-length", "0"));
        byte[] body = in.readNBytes(length);
        return new Answer(head, new String(body, StandardCharsets.US_ASCII));
    }

    /** The next acknowledgement of a stream's answer; throws if the answer has ended. */
    long readAck() throws IOException {
        return ByteBuffer.wrap(readBytes(Long.BYTES)).getLong();
    }

    /** The next bytes of a stream's answer, without its chunks' heads; throws if the answer ends before. */
    byte[] readBytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        for (int at = 0; at < count; ) {
            if (!chunk.hasRemaining() && !readChunk()) {
                throw new EOFException("the answer ended");
            }
            int more = Math.min(chunk.remaining(), count - at);
            chunk.get(bytes, at, more);
            at += more;
        }
        return bytes;
    }

    /** Reads acknowledgements up to one of this many messages. */
    void readAcksUpTo(long delivered) throws IOException {
        long last;
        long start = System.nanoTime();
        do {
            expectPatience(start, "no acknowledgement of " + delivered);
            last = readAck();
        } while (last < delivered);
        if (last > delivered) {
            throw new AssertionError("acknowledged " + last + " instead of " + delivered);
        }
    }

    /** Reads the next chunk of an answer; false if it was the last. */
    private boolean readChunk() throws IOException {
        // A chunk's closing line break may come with the next chunk only.
        String line = readLine();
        int length = Integer.parseInt(line.isEmpty() ? readLine() : line, 16);
        byte[] bytes = in.readNBytes(length);
        if (length == 0) {
            readLine();
        }
        chunk = ByteBuffer.wrap(bytes);
        return length > 0;
    }

    /** Reads a stream's answer to its proper end; the last acknowledgement in it. */
    long readToEndOfAnswer() throws IOException {
        ByteArrayOutputStream acks = new ByteArrayOutputStream();
        do {
            acks.write(chunk.array(), chunk.position(), chunk.remaining());
        } while (readChunk());
        return ByteBuffer.wrap(acks.toByteArray()).getLong(acks.size() - Long.BYTES);
    }

    /** Reads until the connection ends; whether it was cut within an answer rather than ended by it. */
    boolean isCut() throws IOException {
        long start = System.nanoTime();
        try {
            while (readChunk()) {
                expectPatience(start, "the connection goes on");
            }
            return false;
        } catch (EOFException | SocketException cut) {
            return true;
        }
    }

    private static void expectPatience(long startNanos, String what) {
        if (System.nanoTime() - startNanos > PATIENCE.toNanos()) {
            throw new AssertionError(what + " after " + PATIENCE);
        }
    }

    private String readLine() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new EOFException("the connection ended after \"" + line + "\"");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
