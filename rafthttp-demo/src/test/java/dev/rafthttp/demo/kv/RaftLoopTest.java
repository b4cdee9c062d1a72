package dev.rafthttp.demo.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.MemberId;
import dev.rafthttp.fixture.LogLines;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RaftLoopTest {
    private final RaftLoop loop = new RaftLoop(new MemberId(5));

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    void shouldRunTasksInOrderOnItsThreadWhenTheyAreExecuted() {
        List<String> ran = new CopyOnWriteArrayList<>();

        for (int i = 0; i < 3; i++) {
            int number = i;
            loop.execute(() -> ran.add(number + " on " + Thread.currentThread().getName()));
        }
        loop.close();

        assertThat(ran).containsExactly("0 on raft-5", "1 on raft-5", "2 on raft-5");
    }

    @Test
    void shouldSaySoAndGoOnWhenATaskFails() {
        CompletableFuture<Void> next = new CompletableFuture<>();
        try (LogLines log = LogLines.of(RaftLoop.class)) {
            loop.execute(() -> {
                throw new IllegalStateException("on purpose");
            });
            loop.execute(() -> next.complete(null));

            assertThat(next).succeedsWithin(5, TimeUnit.SECONDS);
            assertThat(log.texts()).singleElement().asString().startsWith("member 5: ");
        }
    }

    @Test
    void shouldRunWhatIsQueuedAndForgetWhatIsLaterWhenTheNodeEnds() {
        List<String> ran = new CopyOnWriteArrayList<>();
        loop.schedule(() -> ran.add("later"), 1, TimeUnit.HOURS);
        CompletableFuture<Void> ended = new CompletableFuture<>();
        loop.execute(() -> {
            loop.execute(() -> ran.add("queued"));
            loop.onRaftNodeTerminate();
            ended.complete(null);
        });

        ended.join();
        loop.close();

        assertThat(ran).containsExactly("queued");
        assertThatThrownBy(() -> loop.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }
}
