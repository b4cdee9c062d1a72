package dev.rafthttp.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDirFactory;

/**
 * Makes a test's folder in memory, where there is enough of it, and else on the disk. etcd waits for its disk at every write,
 * and no scenario takes the power away: what a killed process has written stays, in memory too. A class that fails leaves its
 * folder, to be read and then deleted.
 */
final class MemoryFolder implements TempDirFactory {
    private static final Path MEMORY = Path.of("/dev/shm");

    /** Each member reserves two times 64 MB for its log before it writes; a class has up to seven members. */
    private static final long NEEDED_BYTES = 4L << 30;

    @Override
    public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
        boolean isEnough = Files.isWritable(MEMORY) && MEMORY.toFile().getUsableSpace() >= NEEDED_BYTES;
        return isEnough
                ? Files.createTempDirectory(MEMORY, "rafthttp-interop-")
                : Files.createTempDirectory("rafthttp-interop-");
    }
}
