package dev.rafthttp.sidecarclient;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.sidecarclient.OutgoingQueue.Fate;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutgoingQueueTest {
    private final OutgoingQueue queue = new OutgoingQueue();

    @Test
    void shouldTakeNoMoreWhenTooManyWait() throws InterruptedException {
        for (int i = 0; i < OutgoingQueue.MAX_MESSAGES; i++) {
            assertThat(queue.offer(message(i, 0))).isEqualTo(Fate.TAKEN);
        }

        assertThat(queue.offer(message(0, 0))).isEqualTo(Fate.FULL);
        queue.take(1);
        assertThat(queue.offer(message(0, 0))).isEqualTo(Fate.TAKEN);
    }

    @Test
    void shouldTakeNoMoreWhenTooManyBytesWait() {
        int half = (int) (OutgoingQueue.MAX_BYTES / 2);
        assertThat(queue.offer(message(1, half))).isEqualTo(Fate.TAKEN);

        assertThat(queue.offer(message(2, half))).isEqualTo(Fate.FULL);
        assertThat(queue.offer(message(3, half / 2))).isEqualTo(Fate.TAKEN);
    }

    @Test
    void shouldTakeAMessageAboveTheBoundWhenNothingElseWaits() {
        int huge = (int) OutgoingQueue.MAX_BYTES + 1;

        assertThat(queue.offer(message(1, huge))).isEqualTo(Fate.TAKEN);
        assertThat(queue.offer(message(2, 0))).isEqualTo(Fate.FULL);
    }

    @Test
    void shouldGiveMessagesInOrderAndNoMoreThanThereIsRoomForWhenTheyAreTaken() throws InterruptedException {
        for (int i = 0; i < 10; i++) {
            queue.offer(message(i, 1000));
        }

        List<Message> first = queue.take(2500);
        List<Message> rest = queue.take(Integer.MAX_VALUE);

        assertThat(first).extracting(Message::getIndex).containsExactly(0L, 1L, 2L);
        assertThat(rest).extracting(Message::getIndex).startsWith(3L).hasSize(7);
    }

    @Test
    void shouldCountWhatItForgetsAndWakeWhoWaitsWhenItIsClosed() {
        CompletableFuture<List<Message>> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return queue.take(1);
            } catch (InterruptedException interrupted) {
                throw new AssertionError(interrupted);
            }
        });

        assertThat(queue.close()).isZero();

        assertThat(waiting).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(List.of());
        assertThat(queue.offer(message(1, 0))).isEqualTo(Fate.CLOSED);
        OutgoingQueue other = new OutgoingQueue();
        other.offer(message(1, 0));
        other.offer(message(2, 0));
        assertThat(other.close()).isEqualTo(2);
        assertThat(other.close()).isZero();
    }

    private static Message message(long index, int bytes) {
        return Message.newBuilder()
                .setIndex(index)
                .setContext(ByteString.copyFrom(new byte[bytes]))
                .build();
    }
}
