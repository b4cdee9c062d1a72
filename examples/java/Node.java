import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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
 * Sends a heartbeat to every peer each half second and answers those that come; where your Raft would be, it prints. With
 * BEATS it ends when so many of its own have been answered. Messages are frames both ways, a u64 length, big-endian, and a
 * raftpb.Message, in one request each that lasts as long as the program.
 */
class Node {
    private static final long SEND_EVERY_MILLIS = 500;
    private static final long AGAIN_NANOS = 1_000_000_000;

    private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final BlockingQueue<Message> out = new LinkedBlockingQueue<>(1024);
    private final AtomicInteger answered = new AtomicInteger();
    private final URI sidecar;
    private final long member;

    Node(URI sidecar) throws IOException, InterruptedException {
        this.sidecar = sidecar;
        this.member = ids("/v1/status", "member").get(0);
    }

    public static void main(String[] args) throws Exception {
        Node node = new Node(URI.create(args.length > 0 ? args[0] : "http://127.0.0.1:2381"));
        int beats = args.length > 1 ? Integer.parseInt(args[1]) : Integer.MAX_VALUE;
        again("send", node::send);
        again("read", node::read);
        while (node.answered.get() < beats) {
            for (long peer : node.ids("/v1/peers", "id")) {
                node.out.put(message(MessageType.MsgHeartbeat, node.member, peer).build());
            }
            Thread.sleep(SEND_EVERY_MILLIS);
        }
        System.out.println(node.answered + " heartbeats answered");
        System.exit(0);
    }

    private static Message.Builder message(MessageType type, long from, long to) {
        return Message.newBuilder().setType(type).setFrom(from).setTo(to).setTerm(1);
    }

    /** Where your Raft would be. */
    private void step(Message message) throws InterruptedException {
        System.out.println("got " + message.getType() + " from " + Long.toHexString(message.getFrom()));
        if (message.getType() == MessageType.MsgHeartbeat) {
            out.put(message(MessageType.MsgHeartbeatResp, member, message.getFrom())
                    .setContext(message.getContext())
                    .build());
        } else if (message.getType() == MessageType.MsgHeartbeatResp) {
            answered.incrementAndGet();
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
        HttpRequest request = HttpRequest.newBuilder(sidecar.resolve("/v1/messages")).build();
        try (DataInputStream in = new DataInputStream(
                http.send(request, BodyHandlers.ofInputStream()).body())) {
            while (true) {
                byte[] message = new byte[Math.toIntExact(in.readLong())];
                in.readFully(message);
                step(Message.parseFrom(message));
            }
        }
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

    /** The IDs in an answer; a program of more than an example's size would use a library for JSON. */
    private List<Long> ids(String path, String field) throws IOException, InterruptedException {
        String json = http.send(HttpRequest.newBuilder(sidecar.resolve(path)).build(), BodyHandlers.ofString())
                .body();
        return Pattern.compile("\"" + field + "\": \"([0-9a-f]+)\"")
                .matcher(json)
                .results()
                .map(found -> Long.parseUnsignedLong(found.group(1), 16))
                .toList();
    }
}
