package dev.rafthttp.bench;

import dev.rafthttp.MemberId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** {@code bin/rafthttp sidecar}, in a process of its own, and where its node reaches it. */
final class SidecarProcess implements AutoCloseable {
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long LOOK_EVERY_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long END_SECONDS = 10;
    private static final Pattern ATTACHED_LANES = Pattern.compile("\"(?:msgapp|message)\": \\{\\s*\"attached\": true");
    private static final int LANES = 2;

    private final Process process;
    private final URI node;

    /** Its own, since two pairs may run at the same time. */
    private final Path folder;

    /**
     * Starts one of a cluster of two.
     *
     * @param own where its peer reaches it
     * @param others where it reaches its peer
     */
    SidecarProcess(MemberId member, URI own, MemberId other, URI others) {
        node = freeUrl();
        try {
            folder = Files.createTempDirectory("rafthttp-bench-sidecar");
            process = new ProcessBuilder(List.of(
                            Checkout.home().resolve("bin/rafthttp").toString(),
                            "sidecar",
                            "--member-id=" + member,
                            "--cluster-id=1",
                            "--peer=" + member + "=" + own,
                            "--peer=" + other + "=" + others,
                            "--listen-node=" + node,
                            "--snapshot-dir=" + folder.resolve("snapshots"),
                            "--state-dir=" + folder.resolve("state"),
                            "--log-level=warn"))
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("the sidecar does not start", e);
        }
        // A measurement that is broken off leaves no sidecar behind.
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroy, "end-sidecar-" + member));
    }

    static URI freeUrl() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        } catch (IOException e) {
            throw new UncheckedIOException("no port is free", e);
        }
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    URI node() {
        return node;
    }

    /** Waits until both streams to its peer are open. */
    void awaitAttached() {
        HttpClient http = HttpClient.newHttpClient();
        HttpRequest status = HttpRequest.newBuilder(node.resolve("/v1/status")).build();
        long end = System.nanoTime() + START_NANOS;
        while (System.nanoTime() - end < 0 && process.isAlive()) {
            try {
                Matcher lanes = ATTACHED_LANES.matcher(
                        http.send(status, BodyHandlers.ofString()).body());
                if (lanes.results().count() == LANES) {
                    return;
                }
            } catch (IOException notYet) {
                LockSupport.parkNanos(LOOK_EVERY_NANOS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            }
        }
        throw new IllegalStateException("the sidecar at " + node + " has no streams to its peer");
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        delete(folder);
    }

    private static void delete(Path folder) {
        try (Stream<Path> found = Files.walk(folder)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be deleted", e);
        }
    }
}
