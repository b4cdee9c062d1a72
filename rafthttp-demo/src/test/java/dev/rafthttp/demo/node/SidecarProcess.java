package dev.rafthttp.demo.node;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A real sidecar, in a process of its own, which a test can kill as the system does. */
final class SidecarProcess implements AutoCloseable {
    private final Process process;

    /**
     * Starts one; it may not listen yet.
     *
     * @param listenNode where its node reaches it
     * @param folder where it keeps databases, and its log
     */
    SidecarProcess(String name, String initialCluster, String listenNode, Path folder) {
        try {
            process = new ProcessBuilder(List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx128m",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            System.getProperty("java.class.path"),
                            "dev.rafthttp.sidecar.Main",
                            "sidecar",
                            "--name=" + name,
                            "--initial-cluster=" + initialCluster,
                            "--listen-node=" + listenNode,
                            "--snapshot-dir=" + folder.resolve("snapshots-" + name),
                            "--state-dir=" + folder.resolve("state-" + name)))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("sidecar-" + name + ".log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new AssertionError("the sidecar does not start", e);
        }
    }

    /** Kills it, by SIGKILL. */
    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }
}
