package dev.rafthttp.demo.failover;

import java.time.Duration;

/**
 * The options of the command, checked.
 *
 * @param members how many members, 3 to 9: fewer cannot lose their leader and go on
 * @param duration how long to write: 1 second to 1 hour. A run takes longer if the killed member needs longer to come back
 * @param writers how many clients, each with one write at a time: 1 to 4,096, which is less than MicroRaft lets wait
 * @param keep whether to leave the members running, and to serve their keys over HTTP
 * @param seed of the demo's random choices: values, pauses, the spread of elections
 */
record DemoOptions(int members, Duration duration, int writers, boolean keep, long seed) {

    /** @throws IllegalArgumentException if a value is out of its range, naming the option */
    DemoOptions {
        range("--members", members, 3, 9);
        range("--seconds", duration.toSeconds(), 1, 3600);
        range("--writers", writers, 1, 4096);
    }

    private static void range(String option, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " is " + value + ", expected " + min + " to " + max);
        }
    }
}
