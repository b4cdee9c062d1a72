package dev.rafthttp.client;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.Security;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;

/**
 * Looks one name up while its name server, a script of this process, answers in one way after the other, and prints what a
 * dial then gets. Runs in a process of its own, where {@code /etc/resolv.conf} names loopback: see {@link NameServerTest}.
 */
final class NameServerLookups {
    private static final int PORT = 53;
    private static final byte[] RECORD_HEAD = {(byte) 0xC0, 0x0C, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4};
    private static final byte[] ADDRESS = {10, 0, 0, 1};

    /** DNS's RCODE. */
    private static volatile int code;

    private NameServerLookups() {}

    public static void main(String[] args) throws Exception {
        Security.setProperty("networkaddress.cache.ttl", "0");
        Security.setProperty("networkaddress.cache.negative.ttl", "0");
        ScheduledExecutorScheduler time = new ScheduledExecutorScheduler("time", true);
        time.start();
        // However slow this machine is, each lookup is heard to its end before the next one begins.
        Duration patience = Duration.ofSeconds(25);
        PeerAddresses addresses = new PeerAddresses(
                InetAddress::getAllByName, task -> new Thread(task).start(), time, patience, patience);
        DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", PORT));
        Thread server = new Thread(() -> serve(socket));
        server.setDaemon(true);
        server.start();

        print("well", addresses);
        code = 2;
        print("SERVFAIL", addresses);
        code = 5;
        print("REFUSED", addresses);
        socket.close();
        print("closed", addresses);
        DatagramSocket again = new DatagramSocket(new InetSocketAddress("127.0.0.1", PORT));
        Thread other = new Thread(() -> serve(again));
        other.setDaemon(true);
        other.start();
        code = 3;
        print("NXDOMAIN", addresses);
        code = 2;
        print("SERVFAIL after it", addresses);
        time.stop();
    }

    private static void print(String what, PeerAddresses addresses) throws Exception {
        CompletableFuture<List<InetSocketAddress>> found = new CompletableFuture<>();
        addresses.resolve("peer.example", 2380, Map.of(), Promise.from(found::complete, found::completeExceptionally));
        String outcome = found.handle((list, failure) ->
                        failure == null ? list.get(0).getAddress().getHostAddress() : failure.toString())
                .get(30, TimeUnit.SECONDS);
        System.out.println(what + " -> " + outcome);
    }

    private static void serve(DatagramSocket socket) {
        byte[] bytes = new byte[4096];
        try {
            while (true) {
                DatagramPacket query = new DatagramPacket(bytes, bytes.length);
                socket.receive(query);
                byte[] answer = answer(ByteBuffer.wrap(bytes, 0, query.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, query.getSocketAddress()));
            }
        } catch (IOException closed) {
            // The script has closed the socket.
        }
    }

    /** To a query with one question: its address, if the code is 0 and that is asked for. */
    private static byte[] answer(ByteBuffer query) {
        short id = query.getShort(0);
        int end = 12;
        while (query.get(end) != 0) {
            end += query.get(end) + 1;
        }
        short type = query.getShort(end + 1);
        byte[] question = new byte[end + 5 - 12];
        query.get(12, question);
        boolean hasAddress = code == 0 && type == 1;
        ByteBuffer answer = ByteBuffer.allocate(512);
        answer.putShort(id).putShort((short) (0x8180 | code)).putShort((short) 1);
        answer.putShort((short) (hasAddress ? 1 : 0)).putShort((short) 0).putShort((short) 0);
        answer.put(question);
        if (hasAddress) {
            answer.put(RECORD_HEAD).put(ADDRESS);
        }
        byte[] whole = new byte[answer.position()];
        answer.flip().get(whole);
        return whole;
    }
}
