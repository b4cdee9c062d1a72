package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSnapshotStoreTest {
    private static final byte[] DATABASE = bytes(1, 200_001);

    @TempDir
    private Path folder;

    private static byte[] bytes(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static InputStream stream(byte[] bytes) {
        return new ByteArrayInputStream(bytes);
    }

    /** These bytes, and then a connection that is lost. */
    private static InputStream broken(byte[] bytes) {
        return new SequenceInputStream(stream(bytes), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new EOFException("the connection was lost");
            }
        });
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void shouldGiveBackWhatWasSaved() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);

        assertThat(store.save(6, 100_001, stream(DATABASE))).isEqualTo(DATABASE.length);

        try (InputStream in = store.open(6, 100_001)) {
            assertThat(in.readAllBytes()).isEqualTo(DATABASE);
        }
        assertThat(names()).containsExactly("0000000000000006-00000000000186a1.snap.db");
        assertThat(store.path(6, 100_001)).hasBinaryContent(DATABASE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(store.path(6, 100_001))))
                .isEqualTo("rw-------");
    }

    @Test
    void shouldNameTheFileByNumbersOnlyWhenTheyAreAtTheirLimits() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);

        store.save(-1, Long.MIN_VALUE, stream(DATABASE));
        store.save(0, 0, stream(new byte[0]));

        assertThat(names())
                .containsExactly(
                        "0000000000000000-0000000000000000.snap.db", "ffffffffffffffff-8000000000000000.snap.db");
    }

    @Test
    void shouldLeaveNothingWhenTheDatabaseBreaksOff() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);

        assertThatThrownBy(() -> store.save(1, 2, broken(DATABASE)))
                .isInstanceOf(EOFException.class)
                .hasMessage("the connection was lost");

        assertThat(names()).isEmpty();
        assertThatThrownBy(() -> store.open(1, 2)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldKeepTheEarlierWhenALaterOfTheSameIndexBreaksOff() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);
        store.save(1, 2, stream(DATABASE));

        assertThatThrownBy(() -> store.save(1, 2, broken(new byte[5]))).isInstanceOf(EOFException.class);

        assertThat(store.path(1, 2)).hasBinaryContent(DATABASE);
        assertThat(names()).hasSize(1);
    }

    @Test
    void shouldLetAReaderFinishWhenTheDatabaseIsReplaced() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);
        store.save(1, 2, stream(DATABASE));
        try (InputStream reader = store.open(1, 2)) {
            byte[] begin = reader.readNBytes(1000);

            store.save(1, 2, stream(new byte[3]));

            assertThat(store.path(1, 2)).hasBinaryContent(new byte[3]);
            assertThat(begin).isEqualTo(Arrays.copyOf(DATABASE, 1000));
            assertThat(reader.readAllBytes()).hasSize(DATABASE.length - 1000);
        }
    }

    @Test
    void shouldRemoveOnlyLeftoversWhenOpened() throws IOException {
        new FileSnapshotStore(folder).save(1, 2, stream(DATABASE));
        Files.write(folder.resolve("receiving-123.tmp"), new byte[10]);
        Files.write(folder.resolve("member.wal"), new byte[10]);

        FileSnapshotStore store = new FileSnapshotStore(folder);

        assertThat(names()).containsExactly("0000000000000001-0000000000000002.snap.db", "member.wal");
        assertThat(store.path(1, 2)).hasBinaryContent(DATABASE);
    }

    @Test
    void shouldKeepOneOfThemWholeWhenTheSameSnapshotComesSeveralTimesAtOnce() throws Exception {
        FileSnapshotStore store = new FileSnapshotStore(folder);
        int senders = 8;
        List<byte[]> databases = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(senders);
        try {
            CyclicBarrier together = new CyclicBarrier(senders);
            List<Future<Long>> saves = new ArrayList<>();
            for (int i = 0; i < senders; i++) {
                byte[] database = bytes(i, 300_000 + i);
                databases.add(database);
                saves.add(threads.submit(() -> {
                    together.await();
                    return store.save(1, 2, stream(database));
                }));
            }
            for (int i = 0; i < senders; i++) {
                assertThat(saves.get(i).get(20, TimeUnit.SECONDS)).isEqualTo(300_000 + i);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(names()).hasSize(1);
        assertThat(databases).contains(Files.readAllBytes(store.path(1, 2)));
    }

    @Test
    void shouldMakeTheFolderWhenThereIsNone() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder.resolve("a").resolve("b"));

        assertThat(store.save(1, 2, stream(DATABASE))).isEqualTo(DATABASE.length);
    }

    @Test
    void shouldSayWhereWhenTheFolderIsAFile() throws IOException {
        Path file = Files.write(folder.resolve("file"), new byte[1]);

        assertThatThrownBy(() -> new FileSnapshotStore(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot keep snapshots in " + file);
    }

    @Test
    void shouldFailWhenTheFolderIsGone() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder.resolve("gone"));
        Files.delete(folder.resolve("gone"));

        assertThatThrownBy(() -> store.save(1, 2, stream(DATABASE))).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void shouldRemoveOneWhenItIsDeleted() throws IOException {
        FileSnapshotStore store = new FileSnapshotStore(folder);
        store.save(1, 2, stream(DATABASE));
        store.save(1, 3, stream(DATABASE));

        assertThat(store.delete(1, 2)).isTrue();
        assertThat(store.delete(1, 2)).isFalse();

        assertThat(names()).containsExactly("0000000000000001-0000000000000003.snap.db");
    }
}
