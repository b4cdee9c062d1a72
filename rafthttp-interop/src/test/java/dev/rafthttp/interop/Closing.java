package dev.rafthttp.interop;

import java.util.List;

/** Closes many, so that one that cannot be closed leaves none of the others behind. */
final class Closing {
    private Closing() {}

    /** Closes all of them, in their order. */
    static void all(List<? extends AutoCloseable> these) {
        IllegalStateException failed = null;
        for (AutoCloseable each : these) {
            try {
                each.close();
            } catch (Exception e) {
                if (failed == null) {
                    failed = new IllegalStateException("not everything could be closed");
                }
                failed.addSuppressed(e);
            }
        }
        if (failed != null) {
            throw failed;
        }
    }
}
