package dev.rafthttp.client;

/**
 * The JVM's default TLS, loaded when the first peer at an {@code https} URL is dialled. Jetty would load it when the
 * client starts. The JVM then reads all certificates that it trusts, which takes a tenth of the start of a relay, and a
 * relay has no peer at such a URL. Any thread.
 */
final class LateTls extends AnyHostTls {
    private boolean ready;

    /** Loads nothing yet; {@link #makeReady} does. */
    @Override
    protected void doStart() {}

    /** Loads it. Call before the first use; later calls do nothing. */
    synchronized void makeReady() {
        if (!ready) {
            try {
                super.doStart();
            } catch (Exception e) {
                throw new IllegalStateException("the JVM's TLS cannot be used", e);
            }
            ready = true;
        }
    }
}
