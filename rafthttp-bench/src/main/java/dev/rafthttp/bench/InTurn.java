package dev.rafthttp.bench;

import dev.rafthttp.MemberId;
import dev.rafthttp.raftpb.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One message to each of many receivers, over and over. Each receiver has a window of its own, and one whose window is full
 * misses its turn, as a follower does that Raft's flow control has paused: it holds up nobody else. All but {@link #arrived}
 * belongs to the sending thread.
 */
final class InTurn {
    private final List<MsgApps> messages = new ArrayList<>();
    private final List<AtomicLong> received = new ArrayList<>();
    private final long window;

    /**
     * @param peers whose IDs follow each other from {@link Link#RECEIVER}'s on
     * @param window messages that may be on the way to each
     */
    InTurn(int peers, int size, long window) {
        this.window = window;
        for (int i = 0; i < peers; i++) {
            messages.add(new MsgApps(new MemberId(Link.RECEIVER.value() + i), 1, size));
            received.add(new AtomicLong());
        }
    }

    /** Takes a message from the link, on the thread that reads it. */
    void arrived(Message message) {
        received.get((int) (message.getTo() - Link.RECEIVER.value())).incrementAndGet();
    }

    /** As {@link WindowedLoad#warmUp}. */
    void warmUp(Link link, long count, int seconds) {
        List<WindowedLoad> loads = loads(link);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        do {
            run(loads, Math.min(count, window * 16));
        } while (System.nanoTime() < end);
    }

    /**
     * Sends as many messages to each receiver as to the others and waits until all have arrived.
     *
     * @param count of all together
     * @return the seconds it took
     * @throws IllegalStateException if some do not arrive
     */
    double run(Link link, long count) {
        return run(loads(link), count);
    }

    private double run(List<WindowedLoad> loads, long count) {
        long start = System.nanoTime();
        long[] left = new long[loads.size()];
        for (int i = 0; i < left.length; i++) {
            left[i] = count / left.length + (i < count % left.length ? 1 : 0);
        }
        long allLeft = count;
        long giveUp = start + WindowedLoad.GIVE_UP_NANOS;
        while (allLeft > 0 && System.nanoTime() - giveUp < 0) {
            long sent = sendInTurn(loads, left);
            allLeft -= sent;
            if (sent == 0) {
                // All that have messages left are full; whoever has room first ends this.
                WindowedLoad.pause();
            } else {
                giveUp = System.nanoTime() + WindowedLoad.GIVE_UP_NANOS;
            }
        }
        loads.forEach(WindowedLoad::awaitAll);
        return (System.nanoTime() - start) / 1e9;
    }

    /** One to each that has room; returns how many that were. */
    private static long sendInTurn(List<WindowedLoad> loads, long[] left) {
        long sent = 0;
        for (int i = 0; i < left.length; i++) {
            if (left[i] > 0 && loads.get(i).hasRoom()) {
                loads.get(i).send(1);
                left[i]--;
                sent++;
            }
        }
        return sent;
    }

    /** Made while nothing is on the way, when their counts begin at the receivers'. */
    private List<WindowedLoad> loads(Link link) {
        List<WindowedLoad> loads = new ArrayList<>();
        for (int i = 0; i < messages.size(); i++) {
            loads.add(new WindowedLoad(link, messages.get(i)::next, received.get(i), window));
        }
        return loads;
    }
}
