package dev.rafthttp.client;

import dev.rafthttp.Lane;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * A peer on a loopback socket that answers requests with the bytes its script says. Without a script a stream is refused
 * with 503, and all else with 404. One thread a connection.
 */
final class ScriptedPeer implements AutoCloseable {
    static final String STREAM_MSGAPP = "POST /raft/stream/msgappv2";
    static final String STREAM_MESSAGE = "POST /raft/stream/message";
    static final String PULL_MSGAPP = "GET /raft/stream/msgapp/a1";
    static final String PULL_MESSAGE = "GET /raft/stream/message/a1";
    static final String POST = "POST /raft";
    static final String SNAPSHOT = "POST /raft/snapshot";
    static final String PROBE = "GET /raft/probing";

    private final ServerSocket server;
    private final Map<String, Script> scripts = new ConcurrentHashMap<>();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final List<RequestHead> heads = new CopyOnWriteArrayList<>();
    private final Map<Lane, Queue<ScriptedStream>> streams =
            Map.of(Lane.MSGAPP, new ConcurrentLinkedQueue<>(), Lane.MESSAGE, new ConcurrentLinkedQueue<>());
    private final Map<Lane, Queue<ScriptedAnswer>> answers =
            Map.of(Lane.MSGAPP, new ConcurrentLinkedQueue<>(), Lane.MESSAGE, new ConcurrentLinkedQueue<>());
    private final List<Throwable> mistakes = new CopyOnWriteArrayList<>();
    private final AtomicInteger accepted = new AtomicInteger();

    /** What is done with one request, on the thread of its connection. */
    @FunctionalInterface
    interface Script {
        /** Reads the body and answers. The connection is kept for another request if this returns, and closed if it throws. */
        void serve(RequestHead head, InputStream in, OutputStream out) throws IOException;
    }

    private ScriptedPeer(ServerSocket server) {
        this.server = server;
    }

    /** One that accepts connections. */
    static ScriptedPeer listening() throws IOException {
        ScriptedPeer peer = new ScriptedPeer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        peer.start("scripted-peer", peer::accept);
        return peer;
    }

    /** One that accepts both streams and takes what comes on them. */
    static ScriptedPeer accepting() throws IOException {
        return listening().acceptStreams();
    }

    ScriptedPeer acceptStreams() {
        acceptStream(Lane.MSGAPP);
        return acceptStream(Lane.MESSAGE);
    }

    ScriptedPeer acceptStream(Lane lane) {
        return on(lane == Lane.MSGAPP ? STREAM_MSGAPP : STREAM_MESSAGE, (head, in, out) -> {
            ScriptedStream stream = new ScriptedStream(lane, in, out);
            queueOf(streams, lane).add(stream);
            stream.serve();
        });
    }

    /** Accepts to write both streams of etcd's dialect, or another member's than that of {@link Transports}. */
    ScriptedPeer writeStreams(String reader) {
        for (Lane lane : List.of(Lane.MSGAPP, Lane.MESSAGE)) {
            on("GET /raft/stream/" + lane.label() + "/" + reader, (head, in, out) -> {
                ScriptedAnswer answer = new ScriptedAnswer(in, out);
                answer.accept();
                queueOf(answers, lane).add(answer);
                answer.awaitEnd();
            });
        }
        return this;
    }

    /** Does this with every request of that line from now on. */
    ScriptedPeer on(String request, Script script) {
        scripts.put(request, script);
        return this;
    }

    /** Reads the body that has a length, if there is one, and answers with these bytes, every time. */
    ScriptedPeer answer(String request, String bytes) {
        return on(request, (head, in, out) -> {
            head.readBody(in);
            out.write(RequestHead.ascii(bytes));
        });
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Waits for a stream that was accepted, the oldest that was not waited for yet. */
    ScriptedStream awaitStream(Lane lane) {
        return Awaitility.await("a " + lane.label() + " stream")
                .until(() -> queueOf(streams, lane).poll(), polled -> polled != null);
    }

    /** Waits for a stream that the peer writes, the oldest that was not waited for yet. */
    ScriptedAnswer awaitAnswer(Lane lane) {
        return Awaitility.await("a dial for the " + lane.label() + " stream")
                .until(() -> queueOf(answers, lane).poll(), polled -> polled != null);
    }

    /** The heads of the requests of that line, in the order of arrival. */
    List<RequestHead> heads(String request) {
        return heads.stream()
                .filter(head -> head.requestLine().equals(request + " HTTP/1.1"))
                .toList();
    }

    /** How many connections were ever accepted. */
    int accepted() {
        return accepted.get();
    }

    /** How many connections neither end has closed. */
    int open() {
        return open.size();
    }

    /** Breaks every connection there is now, as a crash would. */
    void cut() {
        for (Socket socket : open) {
            try {
                if (!socket.isClosed()) {
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            } catch (IOException e) {
                // Its own thread may have closed it just now, which is as good.
                if (!socket.isClosed()) {
                    mistakes.add(e);
                }
            }
        }
    }

    private static <T> Queue<T> queueOf(Map<Lane, Queue<T>> queues, Lane lane) {
        Queue<T> queue = queues.get(lane);
        if (queue == null) {
            throw new IllegalArgumentException("the pipeline has no stream");
        }
        return queue;
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = server.accept();
                accepted.incrementAndGet();
                open.add(socket);
                start("scripted-peer-connection", () -> serve(socket));
            }
        } catch (IOException closed) {
            if (!server.isClosed()) {
                mistakes.add(closed);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (RequestHead head = RequestHead.read(in); head != null; head = RequestHead.read(in)) {
                heads.add(head);
                scriptOf(head).serve(head, in, socket.getOutputStream());
            }
        } catch (SocketException closedByEitherEnd) {
            // As scripted, or as tested.
        } catch (IOException | RuntimeException e) {
            mistakes.add(e);
        } finally {
            open.remove(socket);
        }
    }

    private Script scriptOf(RequestHead head) {
        String request = head.requestLine().replace(" HTTP/1.1", "");
        Script script = scripts.get(request);
        if (script != null) {
            return script;
        }
        String status = request.startsWith("POST /raft/stream") ? "503 Service Unavailable" : "404 Not Found";
        return (unscripted, in, out) -> {
            unscripted.readBody(in);
            out.write(RequestHead.ascii("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n"));
        };
    }

    private void start(String name, Runnable task) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Closes everything, and says what went wrong in the scripts. */
    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
        @Nullable Throwable first = mistakes.isEmpty() ? null : mistakes.get(0);
        if (first != null) {
            throw new AssertionError("the scripted peer failed", first);
        }
    }
}
