package dev.rafthttp.outbound;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Lane;
import dev.rafthttp.PeerStatus.LaneStatus;
import dev.rafthttp.StreamType;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.RecordingLedger;
import dev.rafthttp.fixture.RecordingLedger.Drop;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.fixture.TestMessages;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.queue.SendQueue;
import dev.rafthttp.queue.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A message lane's writer under test, with everything around it scripted. */
public final class WriterBench {
    /** Longer than a lane counts as busy after a write. */
    public static final Duration REST = Duration.ofMillis(1);

    public final Surroundings surroundings = new Surroundings();
    public final RecordingLedger ledger;
    public final SendQueue queue;
    public final StreamWriter writer;
    public final List<String> events;
    public final List<Drop> drops;

    public WriterBench() {
        this(builder -> builder);
    }

    public WriterBench(UnaryOperator<TransportConfig.Builder> changes) {
        this(changes, true);
    }

    /** @param dialled whether we dial the lane's streams */
    public WriterBench(UnaryOperator<TransportConfig.Builder> changes, boolean dialled) {
        this(
                changes,
                dialled,
                around -> new RecordingLedger(around.raft, around.metrics, around.scheduler, Runnable::run));
    }

    /** @param ledgers make the ledger */
    public WriterBench(
            UnaryOperator<TransportConfig.Builder> changes,
            boolean dialled,
            Function<Surroundings, RecordingLedger> ledgers) {
        ledger = ledgers.apply(surroundings);
        events = ledger.events;
        drops = ledger.drops;
        PeerEnvironment environment = surroundings.environment(changes);
        TransportConfig config = environment.config();
        queue = new SendQueue(config.queueMessages(), config.queueBytes(), true);
        writer = new StreamWriter(
                StreamType.MESSAGE,
                dialled,
                queue,
                environment.config(),
                environment.scheduler(),
                environment.drainers(),
                ledger);
    }

    /** The lane's counts. */
    public LaneStatus account() {
        return ledger.counts(Lane.MESSAGE);
    }

    /** Attaches an acknowledged stream, and lets the lane rest. */
    public OutboundStream attach(ScriptedSink sink) {
        return attach(sink, true);
    }

    public OutboundStream attach(ScriptedSink sink, boolean acknowledged) {
        OutboundStream stream = writer.attach(sink, new MessageEncoder(), acknowledged);
        rest();
        return stream;
    }

    public void rest() {
        surroundings.scheduler.advance(REST);
    }

    public boolean offer(Message message) {
        MessageClass messageClass = switch (message.getType()) {
            case MsgApp, MsgProp -> MessageClass.BULK;
            default -> MessageClass.URGENT;
        };
        return writer.offer(message, message.getSerializedSize(), messageClass);
    }

    /** Offers a message to a lane that rested before and rests afterwards, so that the sender writes it. */
    public void send(Message message) {
        offer(message);
        rest();
    }

    /** Asserts that the writes that succeeded carried exactly these messages, in this order. */
    public static void assertWritten(ScriptedSink sink, List<Message> expected) {
        List<Message> written = framesIn(sink).messages();
        assertThat(written.stream().map(TestMessages::label))
                .containsExactlyElementsOf(
                        expected.stream().map(TestMessages::label).toList());
        assertThat(written.equals(expected)).as("every value as given").isTrue();
    }

    public static void assertWritten(ScriptedSink sink, Message... expected) {
        assertWritten(sink, List.of(expected));
    }

    public static ScriptedSink.Frames framesIn(ScriptedSink sink) {
        return sink.decodedBy(new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited()));
    }
}
