package dev.rafthttp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;

/**
 * Keeps each database in a file of one folder, readable by its owner only. Any thread; a folder belongs to one store.
 *
 * <p>A database is received under a temporary name, forced to the disk and then renamed, so that a file under its final name
 * is whole. A later one of the same term and index replaces it; whoever reads the earlier goes on reading that. Nothing is
 * removed but by {@link #delete}.
 */
public final class FileSnapshotStore implements SnapshotStore {
    private static final String TEMPORARY_PREFIX = "receiving-";
    private static final String TEMPORARY_SUFFIX = ".tmp";
    private static final int BUFFER_BYTES = 64 << 10;

    private final Path folder;

    /**
     * Makes the folder if there is none, and removes from it what a crash left half received.
     *
     * @throws UncheckedIOException if the folder cannot be made, read or cleaned
     */
    public FileSnapshotStore(Path folder) {
        try {
            Files.createDirectories(folder);
            // By its one name, without "." and links: servers of files refuse, or complain of, any other.
            this.folder = folder.toRealPath();
            removeLeftovers();
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot keep snapshots in " + folder.toAbsolutePath() + ": " + e.getMessage(), e);
        }
    }

    private void removeLeftovers() throws IOException {
        try (DirectoryStream<Path> leftovers =
                Files.newDirectoryStream(folder, TEMPORARY_PREFIX + "*" + TEMPORARY_SUFFIX)) {
            for (Path leftover : leftovers) {
                Files.delete(leftover);
            }
        }
    }

    @Override
    public long save(long term, long index, InputStream database) throws IOException {
        Path temporary = Files.createTempFile(folder, TEMPORARY_PREFIX, TEMPORARY_SUFFIX);
        try {
            long bytes = write(temporary, database);
            Files.move(temporary, path(term, index), StandardCopyOption.ATOMIC_MOVE);
            force(folder);
            return bytes;
        } catch (IOException | RuntimeException | Error e) {
            discard(temporary, e);
            throw e;
        }
    }

    private static long write(Path file, InputStream database) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (FileChannel out = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int read = database.read(buffer); read >= 0; read = database.read(buffer)) {
                ByteBuffer piece = ByteBuffer.wrap(buffer, 0, read);
                while (piece.hasRemaining()) {
                    bytes += out.write(piece);
                }
            }
            out.force(true);
        }
        return bytes;
    }

    /** A file's name is as durable as its folder. Only POSIX systems open one to force it; others do so by themselves. */
    private static void force(Path folder) throws IOException {
        if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel opened = FileChannel.open(folder, StandardOpenOption.READ)) {
                opened.force(true);
            }
        }
    }

    private static void discard(Path temporary, Throwable cause) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    @Override
    public InputStream open(long term, long index) throws IOException {
        return Files.newInputStream(path(term, index));
    }

    /**
     * Removes a database.
     *
     * @return whether there was one
     * @throws IOException if it cannot be removed
     */
    public boolean delete(long term, long index) throws IOException {
        return Files.deleteIfExists(path(term, index));
    }

    /**
     * The file of a database, whether or not there is one: {@code {term}-{index}.snap.db}, both as 16 hexadecimal digits, so
     * that the names stand in order and lead nowhere else.
     */
    public Path path(long term, long index) {
        HexFormat hex = HexFormat.of();
        return folder.resolve(hex.toHexDigits(term) + "-" + hex.toHexDigits(index) + ".snap.db");
    }
}
