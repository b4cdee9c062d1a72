package dev.rafthttp.client;

/**
 * TLS as the JVM has it by default, made ready for the first peer at an {@code https} URL. Jetty's own is made ready with the
 * client, for which the JVM reads all certificates that it trusts: a tenth of the time in which a relay starts, none of
 * whose peers is at such a URL. Any thread.
 */
final class LateTls extends AnyHostTls {
    private boolean ready;

    /** Not yet. */
    @Override
    protected void doStart() {}

    /** To be called before it is used; once is enough. */
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
