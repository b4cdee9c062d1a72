package dev.rafthttp.resilience;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** A TCP forwarder between two members, on loopback, that can cut its connections, or fall silent and keep them. */
final class TcpLink implements AutoCloseable {
    private final ServerSocket listener;
    private final InetSocketAddress target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private boolean silent;
    private volatile boolean closed;

    TcpLink(URI target) {
        try {
            this.target = new InetSocketAddress(target.getHost(), target.getPort());
            listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start("accept", this::accept);
    }

    URI url() {
        return URI.create("http://127.0.0.1:" + listener.getLocalPort());
    }

    /** Closes every connection there is now. New ones are taken. */
    void cut() {
        for (Socket socket : open) {
            close(socket);
        }
    }

    /** Forwards nothing in either direction, and keeps connections open, until called with false. */
    void silent(boolean silent) {
        lock.lock();
        try {
            this.silent = silent;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        while (!closed) {
            try {
                Socket from = listener.accept();
                Socket to = new Socket();
                open.add(from);
                open.add(to);
                to.connect(target, 1_000);
                from.setTcpNoDelay(true);
                to.setTcpNoDelay(true);
                start("out", () -> forward(from, to));
                start("back", () -> forward(to, from));
            } catch (IOException e) {
                cutIfBroken();
            }
        }
    }

    private void cutIfBroken() {
        if (!closed) {
            cut();
        }
    }

    private void forward(Socket from, Socket to) {
        byte[] buffer = new byte[64 << 10];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                awaitSound();
                out.write(buffer, 0, n);
            }
        } catch (IOException | InterruptedException e) {
            // The connection was cut, which is what this class is for.
        } finally {
            close(from);
            close(to);
        }
    }

    private void awaitSound() throws InterruptedException {
        lock.lock();
        try {
            while (silent && !closed) {
                changed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void close(Socket socket) {
        open.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void start(String name, Runnable task) {
        Thread thread = new Thread(task, "link-" + name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        silent(false);
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        cut();
    }
}
