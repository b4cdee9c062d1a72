import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.BufferedReader;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/**
 * The smallest node that talks to a rafthttp sidecar, with Java's own HTTP client. A Java node need not: it can be its own
 * transport, as docs/embedding.md shows.
 *
 * <pre>java -cp rafthttp-core.jar:protobuf-java.jar Node.java [SIDECAR-URL [BEATS]]</pre>
 *
 * Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. It waits for
 * a sidecar that is away. With BEATS it ends when so many of its own have been answered; when its member has been removed from
 * the cluster, it ends with status 3. Messages are frames both ways, a u64 length, big-endian, and a
 * raftpb.Message, in one request each that lasts as long as the program.
 */
class Node {
    private static final long SEND_EVERY_MILLIS = 500;
    private static final long AGAIN_NANOS = 1_000_000_000;
    private static final int REMOVED = 3;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BlockingQueue<Message> out = new LinkedBlockingQueue<>(1024);
    private final AtomicInteger answered = new AtomicInteger();
    private final URI sidecar;
    private String run = "";

    Node(URI sidecar) {
        this.sidecar = sidecar;
    }

    public static void main(String[] args) throws Exception {
        Node node = new Node(URI.create(args.length > 0 ? args[0] : "http://127.0.0.1:2381"));
        int beats = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
        again("send", node::send);
        again("read", node::read);
        again("events", node::listen);
        while (node.answered.get() < beats) {
            try {
                node.beat();
            } catch (IOException e) {
                System.err.println("beat: " + e + "; again");
            }
            Thread.sleep(SEND_EVERY_MILLIS);
        }
        System.out.println(node.answered + " heartbeats answered");
        System.exit(0);
    }

    private void beat() throws IOException, InterruptedException {
        long member = Long.parseUnsignedLong(values(text("/v1/status"), "member").get(0), 16);
        for (String peer : values(text("/v1/peers"), "id")) {
            out.put(message(MessageType.MsgHeartbeat, member, Long.parseUnsignedLong(peer, 16)).build());
        }
    }

    private static Message.Builder message(MessageType type, long from, long to) {
        return Message.newBuilder().setType(type).setFrom(from).setTo(to).setTerm(1);
    }

    /** Where your Raft would be. */
    private void step(Message message) throws InterruptedException {
        System.out.println("got " + message.getType() + " from " + Long.toHexString(message.getFrom()));
        if (message.getType() == MessageType.MsgHeartbeat) {
            out.put(message(MessageType.MsgHeartbeatResp, message.getTo(), message.getFrom())
                    .setContext(message.getContext())
                    .build());
        } else if (message.getType() == MessageType.MsgHeartbeatResp) {
            answered.incrementAndGet();
        }
    }

    private void happened(String name, String data) {
        if (name.equals("run")) {
            String started = values(data, "run").get(0);
            System.out.println("run " + started);
            if (!run.isEmpty() && !run.equals(started)) {
                // Set your peers again (PUT /v1/peers), and tell Raft that the snapshots under way have failed.
                System.out.println("the sidecar was started again");
            }
            run = started;
        } else if (name.equals("member-removed")) {
            System.out.println("removed: " + data);
            System.exit(REMOVED);
        }
    }

    /** Writes what there is to send into one request; returns when the sidecar ends that. */
    private void send() throws Exception {
        PipedInputStream body = new PipedInputStream(64 << 10);
        DataOutputStream frames = new DataOutputStream(new PipedOutputStream(body));
        HttpRequest request = HttpRequest.newBuilder(sidecar.resolve("/v1/messages"))
                .header("Content-Type", "application/octet-stream")
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> body))
                .build();
        Thread writer = new Thread(() -> write(frames));
        writer.start();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            throw new IOException(answer.statusCode() + " " + answer.body());
        } finally {
            writer.interrupt();
        }
    }

    private void write(DataOutputStream frames) {
        try (frames) {
            while (true) {
                byte[] message = out.take().toByteArray();
                frames.writeLong(message.length);
                frames.write(message);
                frames.flush();
            }
        } catch (IOException | InterruptedException e) {
            System.err.println("writing ended: " + e);
        }
    }

    /** Gives {@link #step} what comes, until the sidecar ends, or a newer reader takes over. */
    private void read() throws Exception {
        try (DataInputStream in = new DataInputStream(get("/v1/messages"))) {
            while (true) {
                byte[] message = new byte[Math.toIntExact(in.readLong())];
                in.readFully(message);
                step(Message.parseFrom(message));
            }
        }
    }

    /** Hears what Raft wants to know besides messages, until the sidecar ends. */
    private void listen() throws Exception {
        String name = "";
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(get("/v1/events"), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith("event:")) {
                    name = line.substring("event:".length()).strip();
                } else if (line.startsWith("data:")) {
                    happened(name, line.substring("data:".length()).strip());
                }
            }
        }
        throw new EOFException("the sidecar ended its answer");
    }

    private interface Work {
        void run() throws Exception;
    }

    private static void again(String what, Work work) {
        Thread thread = new Thread(() -> {
            while (true) {
                try {
                    work.run();
                } catch (Exception e) {
                    System.err.println(what + ": " + e + "; again");
                }
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private InputStream get(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(HttpRequest.newBuilder(sidecar.resolve(path)).build(), BodyHandlers.ofInputStream());
        if (answer.statusCode() != 200) {
            throw new IOException(answer.statusCode() + " " + new String(answer.body().readAllBytes(), StandardCharsets.UTF_8));
        }
        return answer.body();
    }

    private String text(String path) throws IOException, InterruptedException {
        return new String(get(path).readAllBytes(), StandardCharsets.UTF_8);
    }

    /** A field's values in an answer; a program of more than an example's size would use a library for JSON. */
    private static List<String> values(String json, String field) {
        return Pattern.compile("\"" + field + "\": *\"([^\"]*)\"")
                .matcher(json)
                .results()
                .map(found -> found.group(1))
                .toList();
    }
}
