package dev.rafthttp.options;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where a command keeps what its API changed. */
public final class StateOptions {
    public static final String STATE_DIR = "--state-dir";

    @Option(
            names = STATE_DIR,
            paramLabel = "DIR",
            description =
                    "where changes that are made through the API are kept (default ./ID.rafthttp/state of a sidecar,"
                            + " ./ID.rafthttp/relay of a relay; ID is the member's or, without --local, the cluster's)")
    public @Nullable String stateDir;

    /** Reads the folder; empty if none is given, or a wrong one, which is added to the mistakes. */
    public Optional<Path> check(Mistakes mistakes) {
        return Values.path(STATE_DIR, stateDir, "a folder", mistakes);
    }
}
