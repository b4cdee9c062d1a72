package dev.rafthttp.server;

import dev.rafthttp.Protocol;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the posts of messages and snapshots until their answers are written, so that a server that closes can wait for
 * the answers. Otherwise it would cut the connections, and the senders would not learn why. Streams do not end by
 * themselves and are not counted. Any thread.
 */
final class AnswersUnderWay extends Handler.Wrapper {
    private static final Logger LOG = LoggerFactory.getLogger(AnswersUnderWay.class);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private int count;

    AnswersUnderWay(Handler handler) {
        super(handler);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String path = Request.getPathInContext(request);
        if (path.equals(Protocol.PIPELINE_PATH) || path.equals(Protocol.SNAPSHOT_PATH)) {
            add(1);
            Request.addCompletionListener(request, failure -> add(-1));
        }
        return super.handle(request, response, callback);
    }

    private void add(int change) {
        lock.lock();
        try {
            count += change;
            if (count == 0) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until all answers are written. Returns early when the time is over, which is logged, or when interrupted.
     */
    void await(long millis) {
        lock.lock();
        try {
            long left = TimeUnit.MILLISECONDS.toNanos(millis);
            while (count > 0 && left > 0) {
                left = none.awaitNanos(left);
            }
            if (count > 0) {
                LOG.warn("{} posts are not answered after {} ms; their connections are closed", count, millis);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }
}
