package dev.rafthttp.demo;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.sidecar.node.NodeServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** A sidecar's node side that does what a test says, at a real address. */
final class ScriptedSidecar extends Handler.Abstract implements AutoCloseable {
    static final MemberId MEMBER = new MemberId(0xa);
    static final ClusterId CLUSTER = new ClusterId(0xc);

    private final NodeServer server;
    private final ClusterId cluster;

    /** Bytes of the bodies that were posted, in one. */
    final BlockingQueue<byte[]> posted = new LinkedBlockingQueue<>();
    /** Answers that last, newest last. */
    final List<LongAnswer> readers = new CopyOnWriteArrayList<>();

    final List<LongAnswer> events = new CopyOnWriteArrayList<>();
    final AtomicInteger posts = new AtomicInteger();
    final AtomicInteger statusAsked = new AtomicInteger();

    volatile MemberId member;
    volatile int status = 200;
    volatile List<MemberId> active = List.of();
    /** What every events stream begins with. */
    private volatile String first = "";
    /** Bodies are read once it is down. */
    volatile CountDownLatch reading = new CountDownLatch(0);
    /** What the next post is answered at once. */
    volatile Optional<String> refusal = Optional.empty();

    /** An answer that lasts until the test ends it. */
    static final class LongAnswer {
        private static final byte[] END = {};

        private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
        final Optional<String> lastEventId;

        private LongAnswer(Optional<String> lastEventId) {
            this.lastEventId = lastEventId;
        }

        void write(byte[] piece) {
            pieces.add(piece.clone());
        }

        void write(String piece) {
            write(piece.getBytes(StandardCharsets.UTF_8));
        }

        void end() {
            pieces.add(END);
        }

        private void writeTo(OutputStream out) throws IOException, InterruptedException {
            out.flush();
            for (byte[] piece = pieces.take(); piece != END; piece = pieces.take()) {
                out.write(piece);
                out.flush();
            }
        }
    }

    ScriptedSidecar(URI listen) {
        this(listen, MEMBER, CLUSTER);
    }

    ScriptedSidecar(URI listen, MemberId member, ClusterId cluster) {
        this.member = member;
        this.cluster = cluster;
        server = new NodeServer(listen, this);
        server.start();
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        switch (Request.getPathInContext(request)) {
            case "/v1/status" -> {
                statusAsked.incrementAndGet();
                Json.answer(response, callback, status, json());
            }
            case "/v1/messages" -> {
                if (HttpMethod.POST.is(request.getMethod())) {
                    read(request, response, callback);
                } else {
                    answer(readers, "", request, response, callback);
                }
            }
            case "/v1/events" -> answer(events, first, request, response, callback);
            default -> throw new AssertionError(request.getHttpURI());
        }
        return true;
    }

    /** Says what every events stream begins with. */
    void happens(String event) {
        first = event;
    }

    private JsonObject json() {
        JsonArray peers = new JsonArray();
        for (MemberId each : active) {
            JsonObject peer = new JsonObject();
            peer.addProperty("id", each.toString());
            peer.addProperty("activeSince", "2026-01-01T00:00:00Z");
            peers.add(peer);
        }
        JsonObject json = new JsonObject();
        json.addProperty("member", member.toString());
        json.addProperty("cluster", cluster.toString());
        json.add("peers", peers);
        return json;
    }

    private void read(Request request, Response response, Callback callback) throws Exception {
        posts.incrementAndGet();
        if (refusal.isPresent()) {
            JsonObject json = new JsonObject();
            json.addProperty("error", refusal.get());
            refusal = Optional.empty();
            Json.answer(response, callback, 400, json);
            return;
        }
        reading.await();
        try (InputStream body = Request.asInputStream(request)) {
            byte[] buffer = new byte[8 << 10];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                posted.add(Arrays.copyOf(buffer, read));
            }
        }
        callback.succeeded();
    }

    private static void answer(List<LongAnswer> to, String first, Request request, Response response, Callback callback)
            throws Exception {
        LongAnswer answer =
                new LongAnswer(Optional.ofNullable(request.getHeaders().get("Last-Event-ID")));
        answer.write(first);
        response.setStatus(200);
        to.add(answer);
        try (OutputStream out = Content.Sink.asOutputStream(response)) {
            answer.writeTo(out);
        }
        callback.succeeded();
    }

    /** Ends all answers, and goes away. */
    @Override
    public void close() {
        readers.forEach(LongAnswer::end);
        events.forEach(LongAnswer::end);
        server.close();
    }
}
