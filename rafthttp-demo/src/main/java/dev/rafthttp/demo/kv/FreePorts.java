package dev.rafthttp.demo.kv;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports of the loopback address at which no process listens. They are below those that systems give to outgoing connections, one of
 * which otherwise could have a member's port when the member comes back.
 */
final class FreePorts {
    private static final int FIRST = 20_000;
    private static final int COUNT = 12_000;

    private FreePorts() {}

    /**
     * Finds ports.
     *
     * @return as many as asked for, all different
     * @throws IllegalStateException if there are none
     */
    static List<Integer> take(int count) {
        List<Integer> free = new ArrayList<>();
        int start = ThreadLocalRandom.current().nextInt(COUNT);
        for (int tries = 0; tries < COUNT && free.size() < count; tries++) {
            int port = FIRST + (start + tries) % COUNT;
            if (isFree(port)) {
                free.add(port);
            }
        }
        if (free.size() < count) {
            throw new IllegalStateException("no " + count + " free ports from " + FIRST + " on");
        }
        return free;
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return socket.isBound();
        } catch (IOException taken) {
            return false;
        }
    }
}
