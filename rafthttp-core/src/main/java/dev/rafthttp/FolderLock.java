package dev.rafthttp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps a folder to one user, among all processes and within this one, from {@link #take} until {@link #close}.
 *
 * <p>The lock is the operating system's, on the file {@code rafthttp.lock} in the folder, so it ends with the process. The file
 * stays, and says who has or had the folder.
 */
public final class FolderLock implements AutoCloseable {
    private static final String NAME = "rafthttp.lock";

    /**
     * What this process has locked, and for whom. A POSIX lock belongs to the whole process and ends when any file descriptor of
     * its file is closed, so a folder that is locked here must not even be opened again.
     */
    private static final Map<Path, String> HELD = new ConcurrentHashMap<>();

    private final Path folder;
    private final FileChannel channel;

    private FolderLock(Path folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks a folder, which is made if there is none.
     *
     * @param holder who locks it, for the message that others get
     * @throws FolderInUseException if it is locked already; its message names the holder
     * @throws IOException if the folder cannot be made or written
     */
    public static FolderLock take(Path folder, String holder) throws IOException {
        // Not without a look: a symbolic link to a folder is one that cannot be made.
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
        }
        Path real = folder.toRealPath();
        String self = holder + ", process " + ProcessHandle.current().pid();
        String other = HELD.putIfAbsent(real, self);
        if (other != null) {
            throw new FolderInUseException(real, other);
        }
        try {
            return lock(real, self);
        } catch (IOException | RuntimeException e) {
            HELD.remove(real);
            throw e;
        }
    }

    private static FolderLock lock(Path folder, String self) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(NAME), StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new FolderInUseException(folder, text(channel));
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(self.getBytes(StandardCharsets.UTF_8)), 0);
            return new FolderLock(folder, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Empty for a moment, while the holder begins. */
    private static String text(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 10);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "another process" : text;
    }

    /** The folder, absolute and without symbolic links. */
    public Path folder() {
        return folder;
    }

    /**
     * Leaves the folder to others.
     *
     * @throws IOException if the lock's file does not close in good order
     */
    @Override
    public synchronized void close() throws IOException {
        if (channel.isOpen()) {
            try {
                channel.close();
            } finally {
                // Last: who takes the folder next in this process must find the system's lock free.
                HELD.remove(folder);
            }
        }
    }

    @Override
    public String toString() {
        return folder + (channel.isOpen() ? " (locked)" : " (released)");
    }
}
