package dev.rafthttp.interop;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real etcd process, which can be killed, suspended and started again on the same data. */
final class EtcdMember implements AutoCloseable {
    private final Path folder;
    private final List<String> flags;
    private MemberUrls urls;
    private ChildProcess process;

    /**
     * Starts it.
     *
     * @param bootstrap the flags that say which cluster it starts in
     */
    EtcdMember(MemberUrls urls, Path folder, List<String> bootstrap, List<String> extra) {
        this.urls = urls;
        this.folder = folder;
        flags = Stream.concat(bootstrap.stream(), extra.stream()).toList();
        process = launch();
    }

    MemberUrls urls() {
        return urls;
    }

    String name() {
        return urls.name();
    }

    Path log() {
        return folder.resolve("log");
    }

    ChildProcess process() {
        return process;
    }

    /** Starts it again after it ended, on the data and the log that it left. */
    void restart() {
        if (process.isAlive()) {
            throw new IllegalStateException("member " + name() + " is running: " + process);
        }
        process = launch();
    }

    /** The same, at other URLs; its cluster must have been told. */
    void restartAt(MemberUrls moved) {
        urls = moved;
        restart();
    }

    @Override
    public void close() {
        process.close();
    }

    private ChildProcess launch() {
        List<String> command = new ArrayList<>(List.of(
                "etcd",
                "--name=" + urls.name(),
                "--data-dir=" + folder.resolve("data"),
                "--logger=zap",
                "--log-outputs=" + log(),
                "--listen-peer-urls=" + urls.real(),
                "--initial-advertise-peer-urls=" + urls.front(),
                "--listen-client-urls=" + urls.client(),
                "--advertise-client-urls=" + urls.client()));
        command.addAll(flags);
        return urls.host().start(command, folder.resolve("output"));
    }
}
