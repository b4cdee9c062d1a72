package dev.rafthttp.options;

import dev.rafthttp.FolderInUseException;
import dev.rafthttp.FolderLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The folders that a command writes to, which it holds alone for as long as it runs. Used by one thread. */
public final class Folders implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Folders.class);

    private final String holder;
    private final List<FolderLock> locks = new ArrayList<>();

    /** @param holder of the folders, as other processes are told */
    public Folders(String holder) {
        this.holder = holder;
    }

    /** Where a command keeps things for a member or a cluster unless it is told otherwise: {@code ./ID.rafthttp/NAME}. */
    public static Path usual(Object id, String name) {
        return Path.of(".", id + ".rafthttp", name);
    }

    /**
     * Takes a folder, which is made if there is none. One folder may be that of several options.
     *
     * @param option that names it
     * @return the folder, absolute and without symbolic links
     * @throws CannotRunException if another has it, or it cannot be made or written
     */
    public Path take(String option, Path folder) {
        try {
            for (FolderLock lock : locks) {
                if (Files.isDirectory(folder) && lock.folder().equals(folder.toRealPath())) {
                    return lock.folder();
                }
            }
            FolderLock lock = FolderLock.take(folder, holder);
            locks.add(lock);
            return lock.folder();
        } catch (FolderInUseException e) {
            throw new CannotRunException(
                    option + " \"" + folder + "\": expected a folder that no other process uses, but " + e.getMessage(),
                    e);
        } catch (IOException e) {
            throw new CannotRunException(
                    option + " \"" + folder + "\": expected a folder that can be made and written, but " + e, e);
        }
    }

    @Override
    public void close() {
        for (FolderLock lock : locks) {
            try {
                lock.close();
            } catch (IOException e) {
                LOG.warn("{} is not released in good order", lock.folder(), e);
            }
        }
    }
}
