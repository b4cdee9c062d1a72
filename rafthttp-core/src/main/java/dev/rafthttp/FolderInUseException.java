package dev.rafthttp;

import java.io.IOException;
import java.nio.file.Path;

/** A folder that somebody else has locked: {@link FolderLock}. */
public final class FolderInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    FolderInUseException(Path folder, String holder) {
        super(folder + " is in use by " + holder);
    }
}
