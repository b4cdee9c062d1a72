package dev.rafthttp.peer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.DropReason;
import dev.rafthttp.Lane;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MessageEncoder;
import dev.rafthttp.fixture.ScriptedSink;
import dev.rafthttp.fixture.Surroundings;
import dev.rafthttp.peer.SendQueue.MessageClass;
import dev.rafthttp.raftpb.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A message lane's writer under test, with everything around it scripted. */
class WriterBench implements StreamWriter.Listener {
    /** Longer than a lane counts as busy after a write. */
    static final Duration REST = Duration.ofMillis(1);

    final Surroundings surroundings = new Surroundings();
    final LaneAccount account = new LaneAccount();
    final FollowerStats followerStats = new FollowerStats();
    final SendQueue queue;
    final StreamWriter writer;
    final List<String> events = new ArrayList<>();
    final List<Drop> drops = new ArrayList<>();

    record Drop(Message message, DropReason reason) {}

    WriterBench() {
        this(builder -> builder);
    }

    WriterBench(UnaryOperator<TransportConfig.Builder> changes) {
        this(changes, true);
    }

    /** @param dialled whether we dial the lane's streams */
    WriterBench(UnaryOperator<TransportConfig.Builder> changes, boolean dialled) {
        PeerEnvironment environment = surroundings.environment(changes);
        TransportConfig config = environment.config();
        queue = new SendQueue(config.queueMessages(), config.queueBytes(), true);
        writer = new StreamWriter(
                Lane.MESSAGE, dialled, queue, environment, account, followerStats, surroundings.metrics, this);
    }

    /** Attaches an acknowledged stream, and lets the lane rest. */
    OutboundStream attach(ScriptedSink sink) {
        return attach(sink, true);
    }

    OutboundStream attach(ScriptedSink sink, boolean acknowledged) {
        OutboundStream stream = writer.attach(sink, new MessageEncoder(), acknowledged);
        rest();
        return stream;
    }

    void rest() {
        surroundings.scheduler.advance(REST);
    }

    boolean offer(Message message) {
        MessageClass messageClass = switch (message.getType()) {
            case MsgApp, MsgProp -> MessageClass.BULK;
            default -> MessageClass.URGENT;
        };
        return writer.offer(message, message.getSerializedSize(), messageClass);
    }

    /** Offers a message to a lane that rested before and rests afterwards, so that the sender writes it. */
    void send(Message message) {
        offer(message);
        rest();
    }

    /** Asserts that the writes that succeeded carried exactly these messages, in this order. */
    static void assertWritten(ScriptedSink sink, List<Message> expected) {
        List<Message> written = framesIn(sink).messages();
        assertThat(written.stream().map(TestMessages::label))
                .containsExactlyElementsOf(
                        expected.stream().map(TestMessages::label).toList());
        assertThat(written.equals(expected)).as("every value as given").isTrue();
    }

    static void assertWritten(ScriptedSink sink, Message... expected) {
        assertWritten(sink, List.of(expected));
    }

    static ScriptedSink.Frames framesIn(ScriptedSink sink) {
        return sink.decodedBy(new MessageDecoder(FrameLimits.DEFAULT));
    }

    @Override
    public void attached(Lane lane) {
        events.add("attached");
    }

    @Override
    public void detached(Lane lane, Throwable cause) {
        events.add("detached: " + cause.getMessage());
    }

    @Override
    public void failed(Lane lane, Throwable cause) {
        events.add("failed: " + cause);
    }

    @Override
    public void dropped(Lane lane, Message message, DropReason reason) {
        drops.add(new Drop(message, reason));
    }
}
