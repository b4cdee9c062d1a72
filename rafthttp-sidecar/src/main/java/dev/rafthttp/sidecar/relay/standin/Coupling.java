package dev.rafthttp.sidecar.relay.standin;

import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.RaftTransportException;
import dev.rafthttp.coupling.StreamCoupler.StreamRequest;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the two halves of a {@link Link} together: the <em>source</em>, on which its messages come, and the <em>sink</em>, on
 * which they go on. Neither is open without the other, so what a member would notice of a direct link it notices here.
 *
 * <h2>Which half opens first</h2>
 *
 * The sink, because in etcd's dialect the reader dials: first a reader asks for the messages, then the relay asks for them.
 *
 * <pre>
 *   relay             sink                           source
 *   alone             B asks at A's front, waits     dialled then; its answer is B's answer
 *   beside the reader B asks at A's front, waits     the other relay's push is accepted then; its first byte is B's answer
 *   beside the writer dialled, again and again       dialled when the sink is open
 * </pre>
 *
 * <h2>Which thread acts</h2>
 *
 * Events come on any thread, also while another event is handled. They are queued. A thread that finds no other thread handling events
 * handles all that are queued. So the state needs no lock, and no thread waits.
 */
final class Coupling {
    private static final Logger LOG = LoggerFactory.getLogger(Coupling.class);

    /** Before a sink is dialled again that was lost or refused: a member that comes back asks for its streams that often. */
    private static final Duration REDIAL = Duration.ofMillis(100);

    /** The same if the sink was closed only because there was no source, which may be so for as long as a member is away. */
    private static final Duration REDIAL_WITHOUT_SOURCE = Duration.ofSeconds(1);

    private final Link link;
    private final End source;
    private final End sink;
    private final Timer timer;
    private final Listener listener;
    private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();

    // Owned by the thread that handles events.
    private State state = State.IDLE;
    private @Nullable StreamRequest asked;
    private boolean sinkOpen;
    private Duration redial = REDIAL;
    private boolean closed;
    private boolean attached;
    private @Nullable Throwable end;

    /** What is known of the source. */
    private enum State {
        /** There is none. */
        IDLE,
        /** Dialled, or accepted but without a byte yet. */
        OPENING,
        OPEN,
        /** Told to close; it will say when it has. */
        CLOSING
    }

    /** One half, as far as it can be told what to do. Does not block. */
    interface End {
        /** Whether the relay dials it, and not another process. */
        boolean isDialled();

        /** Dials it, once. */
        void dial();

        /** Closes it, if it is open. */
        void close(Throwable cause);
    }

    /** Calls back later, on a thread of its own. */
    @FunctionalInterface
    interface Timer {
        void after(Duration pause, Runnable task);
    }

    /** Is told when messages can pass, and when they no longer can; in order, and must not block. */
    interface Listener {
        /** Both halves are open. */
        void attached(Link link);

        /** One of the halves has closed, and the other one is closed for it. */
        void detached(Link link, Throwable cause);
    }

    Coupling(Link link, End source, End sink, Timer timer, Listener listener) {
        this.link = link;
        this.source = source;
        this.sink = sink;
        this.timer = timer;
        this.listener = listener;
    }

    /** Begins to dial the sink, if the relay is to. Call once. */
    void start() {
        if (sink.isDialled()) {
            act(sink::dial);
        }
    }

    /** One of the members is gone: nothing is dialled any more. Its streams end with its stand-in. */
    void close() {
        act(() -> {
            PeerUnreachableException removed =
                    new PeerUnreachableException("a member of " + link + " has been removed");
            closed = true;
            ends(removed);
            refuseAsked(removed);
        });
    }

    /** The reader asks for the messages. */
    void sinkAsked(StreamRequest request) {
        act(() -> {
            refuseAsked(new PeerUnreachableException("replaced by a newer request for the same stream"));
            if (closed || sink.isDialled()) {
                request.refuse(new PeerUnreachableException(link + " is not for who asks"));
                return;
            }
            asked = request;
            if (state == State.OPEN) {
                closeBoth(new PeerUnreachableException("the reader of " + link + " has asked for a newer stream"));
            } else {
                dialIfWanted();
            }
        });
    }

    /** The other relay, beside the writer, offers the messages. */
    void sourceAsked(StreamRequest request) {
        act(() -> {
            if (state == State.IDLE && asked != null && !source.isDialled()) {
                state = State.OPENING;
                request.accept();
                return;
            }
            request.refuse(new PeerUnreachableException("nobody asks for " + link));
            if (state != State.IDLE && !source.isDialled()) {
                // The relay that had opened it has lost it before this one did.
                closeBoth(new PeerUnreachableException("the writer of " + link + " offers a newer stream"));
            }
        });
    }

    /** The sink is open. */
    void sinkOpened() {
        act(() -> {
            sinkOpen = true;
            dialIfWanted();
        });
    }

    /** The sink, which the relay dialled, has not been accepted. */
    void sinkRefused() {
        act(this::redialSink);
    }

    /** The sink is closed. */
    void sinkClosed(Throwable cause) {
        act(() -> {
            // If the sink is not open, this side has closed it, and a newer one may be on its way.
            if (sinkOpen) {
                sinkOpen = false;
                ends(cause);
                closeSource(cause);
            }
            redialSink();
        });
    }

    /** The source is open. */
    void sourceOpened() {
        act(() -> {
            StreamRequest request = asked;
            if (state != State.OPENING || (request == null && !sinkOpen)) {
                closeSource(new PeerUnreachableException("nobody asks for " + link + " any more"));
                return;
            }
            state = State.OPEN;
            redial = REDIAL;
            if (request != null) {
                asked = null;
                request.accept();
            }
        });
    }

    /** The source, which the relay dialled, has not been accepted. */
    void sourceRefused(RaftTransportException cause) {
        act(() -> {
            if (state == State.OPENING) {
                redial = REDIAL_WITHOUT_SOURCE;
                refuseAsked(cause);
            }
            sourceIsOver(cause);
        });
    }

    /** The source is closed. */
    void sourceClosed(Throwable cause) {
        act(() -> sourceIsOver(cause));
    }

    /** A reader that is waiting is told why it gets no stream. */
    void refuse(RaftTransportException cause) {
        act(() -> refuseAsked(cause));
    }

    private void sourceIsOver(Throwable cause) {
        if (state == State.OPEN || state == State.OPENING) {
            LOG.debug("the source of {} is closed: {}", link, cause.getMessage());
            ends(cause);
            closeSink(cause);
        }
        state = State.IDLE;
        dialIfWanted();
    }

    private void closeBoth(Throwable cause) {
        ends(cause);
        closeSink(cause);
        closeSource(cause);
    }

    private void closeSink(Throwable cause) {
        sinkOpen = false;
        sink.close(cause);
    }

    private void closeSource(Throwable cause) {
        if (state == State.OPENING || state == State.OPEN) {
            state = State.CLOSING;
        }
        source.close(cause);
    }

    private void redialSink() {
        if (sink.isDialled() && !closed) {
            timer.after(
                    redial,
                    () -> act(() -> {
                        if (!closed) {
                            sink.dial();
                        }
                    }));
        }
    }

    private void dialIfWanted() {
        if (!closed && state == State.IDLE && source.isDialled() && (asked != null || sinkOpen)) {
            state = State.OPENING;
            source.dial();
        }
    }

    private void refuseAsked(RaftTransportException cause) {
        StreamRequest request = asked;
        if (request != null) {
            asked = null;
            request.refuse(cause);
        }
    }

    /** Keeps the first cause, which is the one that the members notice. */
    private void ends(Throwable cause) {
        if (end == null) {
            end = cause;
        }
    }

    private void tellListener() {
        boolean isAttached = !closed && sinkOpen && state == State.OPEN;
        if (isAttached && !attached) {
            end = null;
            attached = true;
            listener.attached(link);
        } else if (!isAttached && attached) {
            Throwable cause = end;
            attached = false;
            listener.detached(link, cause == null ? new PeerUnreachableException("closed") : cause);
        }
    }

    private void act(Runnable event) {
        events.add(event);
        if (waiting.getAndIncrement() != 0) {
            return;
        }
        do {
            Runnable next = events.remove();
            try {
                next.run();
                tellListener();
            } catch (RuntimeException e) {
                LOG.error("an event of {} failed; its streams may stay closed until they are asked for again", link, e);
            }
        } while (waiting.decrementAndGet() != 0);
    }
}
