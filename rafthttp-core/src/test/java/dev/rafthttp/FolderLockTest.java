package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final String SELF = "process " + ProcessHandle.current().pid();
    private static final int ROUNDS = 200;

    @TempDir
    private Path folder;

    /** Takes the folder of its argument, says so, and keeps it until its input ends. */
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws IOException {
            try (FolderLock lock = FolderLock.take(Path.of(args[0]), "the holder")) {
                System.out.println(lock);
                while (System.in.read() >= 0) {
                    // Nothing is told but the end.
                }
            }
        }
    }

    @Test
    void shouldNameTheFolderAndTheHolderWhenThisProcessHasIt() throws IOException {
        Path made = folder.resolve("a/b");
        try (FolderLock held = FolderLock.take(made, "the sidecar of member a")) {
            // Twice: a refusal must not end the lock.
            for (int attempt = 0; attempt < 2; attempt++) {
                assertThatExceptionOfType(FolderInUseException.class)
                        .isThrownBy(() -> FolderLock.take(made, "the sidecar of member b"))
                        .withMessage(held.folder() + " is in use by the sidecar of member a, " + SELF);
            }
        }
        FolderLock.take(made, "the sidecar of member b").close();
    }

    private Process holder() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    @Test
    void shouldLeaveTheFolderToOtherProcessesWhenClosed() throws IOException {
        FolderLock closed = FolderLock.take(folder, "the first");
        closed.close();
        assertThat(closed).hasToString(folder.toRealPath() + " (released)");

        Process holder = holder();
        try (BufferedReader out = holder.inputReader()) {
            assertThat(out.readLine()).endsWith(" (locked)");
        } finally {
            holder.destroyForcibly().onExit().join();
        }
    }

    @Test
    void shouldNotEndTheNextHoldersLockWhenClosedTwice() throws IOException {
        FolderLock first = FolderLock.take(folder, "the first");
        first.close();
        try (FolderLock next = FolderLock.take(folder, "the next")) {
            first.close();

            assertThatExceptionOfType(FolderInUseException.class)
                    .isThrownBy(() -> FolderLock.take(folder, "the third"))
                    .withMessage(next.folder() + " is in use by the next, " + SELF);
        }
    }

    /** Who takes the folder the moment it is left must find the system's lock free too. */
    @Test
    void shouldBeInUseOrFreeWhenItIsTakenWhileItIsClosed() throws Exception {
        ExecutorService closing = Executors.newSingleThreadExecutor();
        try {
            FolderLock held = FolderLock.take(folder, "the first");
            for (int round = 0; round < ROUNDS; round++) {
                Future<?> closed = closing.submit(closer(held));
                held = takenAsSoonAsPossible();
                closed.get();
            }
            held.close();
        } finally {
            closing.shutdownNow();
        }
    }

    private static Callable<Void> closer(FolderLock held) {
        return () -> {
            held.close();
            return null;
        };
    }

    private FolderLock takenAsSoonAsPossible() throws IOException {
        while (true) {
            try {
                return FolderLock.take(folder, "the next");
            } catch (FolderInUseException notYet) {
                Thread.onSpinWait();
            }
        }
    }

    @Test
    void shouldNameTheFolderAndTheHolderWhenAnotherProcessHasIt() throws IOException {
        Process holder = holder();
        try (BufferedReader out = holder.inputReader()) {
            assertThat(out.readLine()).endsWith(" (locked)");

            assertThatExceptionOfType(FolderInUseException.class)
                    .isThrownBy(() -> FolderLock.take(folder, "the next"))
                    .withMessage(folder.toRealPath() + " is in use by the holder, process " + holder.pid());
        } finally {
            holder.destroyForcibly().onExit().join();
        }
        // It ended with its process, in the middle of things.
        FolderLock.take(folder, "the next").close();
    }

    @Test
    void shouldKnowTheFolderAgainWhenItIsReachedByASymbolicLink() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), Files.createDirectory(folder.resolve("real")));
        try (FolderLock held = FolderLock.take(link, "the first")) {
            assertThat(held.folder()).isEqualTo(folder.resolve("real").toRealPath());
            assertThatExceptionOfType(FolderInUseException.class)
                    .isThrownBy(() -> FolderLock.take(folder.resolve("real"), "the second"));
        }
    }

    @Test
    void shouldFailWhenTheFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(IOException.class)
                .isThrownBy(() -> FolderLock.take(file.resolve("below"), "the first"))
                .withMessageContaining(file.toString());
    }
}
