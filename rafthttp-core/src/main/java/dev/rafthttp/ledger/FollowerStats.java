package dev.rafthttp.ledger;

import dev.rafthttp.PeerStatus.FollowerStatus;

/**
 * How long handing MsgApp to the network takes, per peer; etcd's {@code v2stats.FollowerStats}, which its encoder records
 * for every MsgApp it wrote.
 *
 * <p>Here messages are written in batches, and each message of a batch took as long as the batch did: from the beginning of
 * its encoding until its bytes were with the operating system. Guarded by its own lock, taken once a batch.
 */
final class FollowerStats {
    private long currentNanos;
    private long minimumNanos = Long.MAX_VALUE;
    private long maximumNanos;
    private double sum;
    private double sumOfSquares;
    private long successes;
    private long failures;

    synchronized void succeeded(long latencyNanos, int messages) {
        if (messages == 0) {
            return;
        }
        currentNanos = latencyNanos;
        minimumNanos = Math.min(minimumNanos, latencyNanos);
        maximumNanos = Math.max(maximumNanos, latencyNanos);
        sum += (double) latencyNanos * messages;
        sumOfSquares += (double) latencyNanos * latencyNanos * messages;
        successes += messages;
    }

    synchronized void failed(int messages) {
        failures += messages;
    }

    synchronized FollowerStatus status() {
        if (successes == 0) {
            return new FollowerStatus(0, 0, 0, 0, 0, 0, failures);
        }
        double average = sum / successes;
        double variance = Math.max(0, sumOfSquares / successes - average * average);
        return new FollowerStatus(
                currentNanos, average, Math.sqrt(variance), minimumNanos, maximumNanos, successes, failures);
    }
}
