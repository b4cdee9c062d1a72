package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderLockTest {
    private static final String SELF = "process " + ProcessHandle.current().pid();

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

    @Test
    void shouldNameTheFolderAndTheHolderWhenAnotherProcessHasIt() throws IOException {
        Process holder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Holder.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
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
