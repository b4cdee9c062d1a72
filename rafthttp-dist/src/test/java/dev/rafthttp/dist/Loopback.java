package dev.rafthttp.dist;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;

/**
 * A loopback interface of one page's own, a network namespace, so that its commands find the ports free that the page names.
 * Where there are no namespaces, it is the machine's.
 */
final class Loopback implements AutoCloseable {
    /** Of those who share the machine's. One permit, and no lock: a page need not end on the thread that began it. */
    private static final Semaphore MACHINES = new Semaphore(1);

    private final Optional<Process> holder;
    private final List<String> enter;

    private Loopback(Optional<Process> holder, List<String> enter) {
        this.holder = holder;
        this.enter = enter;
    }

    /** Waits, if there is only the machine's, until nobody else has it. */
    static Loopback open() throws IOException {
        Loopback opened = open(List.of("unshare", "--net"), List.of());
        if (!opened.isOwn()) {
            opened = open(List.of("unshare", "--net", "--map-root-user"), List.of("--user", "--preserve-credentials"));
        }
        if (!opened.isOwn()) {
            MACHINES.acquireUninterruptibly();
        }
        return opened;
    }

    private static Loopback open(List<String> unshare, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(unshare);
        // Lives until its standard input is closed; says that the interface is up.
        command.addAll(List.of("sh", "-c", "ip link set lo up && echo up && read -r _"));
        Process holder;
        try {
            holder = new ProcessBuilder(command).redirectError(Redirect.DISCARD).start();
        } catch (IOException noUnshare) {
            return new Loopback(Optional.empty(), List.of());
        }
        if (holder.getInputStream().read() < 0) {
            holder.onExit().join();
            return new Loopback(Optional.empty(), List.of());
        }
        List<String> enter = new ArrayList<>(List.of("nsenter", "--net", "--target", String.valueOf(holder.pid())));
        enter.addAll(options);
        return new Loopback(Optional.of(holder), enter);
    }

    boolean isOwn() {
        return holder.isPresent();
    }

    /** A command that runs on this interface. */
    List<String> command(List<String> command) {
        List<String> all = new ArrayList<>(enter);
        all.addAll(command);
        return all;
    }

    @Override
    public void close() throws IOException {
        if (holder.isPresent()) {
            holder.get().getOutputStream().close();
            holder.get().onExit().join();
        } else {
            MACHINES.release();
        }
    }
}
