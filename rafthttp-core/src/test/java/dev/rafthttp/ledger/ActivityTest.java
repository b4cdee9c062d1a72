package dev.rafthttp.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.RecordingMetrics;
import dev.rafthttp.fixture.VirtualScheduler;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ActivityTest {
    private final VirtualScheduler clock = new VirtualScheduler();
    private final RecordingMetrics metrics = new RecordingMetrics();
    private final Activity activity = new Activity(clock, metrics);

    @Test
    void shouldBeInactiveAtFirst() {
        assertThat(activity.since()).isEmpty();
    }

    @Test
    void shouldBeActiveSinceTheFirstStreamWasAttached() {
        Instant attached = clock.now();
        activity.attached();
        clock.advance(Duration.ofSeconds(1));
        activity.attached();
        activity.detached();
        clock.advance(Duration.ofSeconds(1));

        assertThat(activity.since()).contains(attached);
        assertThat(metrics.count("active", true)).isEqualTo(1);
    }

    @Test
    void shouldBeInactiveWhenTheLastStreamIsDetached() {
        activity.attached();
        activity.attached();
        activity.detached();

        activity.detached();

        assertThat(activity.since()).isEmpty();
        assertThat(metrics.count("active", false)).isEqualTo(1);
    }

    @Test
    void shouldBeActiveSinceTheFirstPostAfterAFailedOne() {
        activity.posted();
        activity.postFailed();
        clock.advance(Duration.ofSeconds(1));
        Instant again = clock.now();
        activity.posted();
        clock.advance(Duration.ofSeconds(1));
        activity.posted();

        assertThat(activity.since()).contains(again);
    }

    @Test
    void shouldStayActiveWhenAPostFailsBesideAStream() {
        activity.attached();

        activity.postFailed();

        assertThat(activity.since()).isPresent();
    }

    @Test
    void shouldStayInactiveWhenAPostSucceedsAfterClose() {
        activity.attached();
        activity.close();

        activity.posted();
        activity.attached();

        assertThat(activity.since()).isEmpty();
        assertThat(metrics.count("active", true)).isEqualTo(1);
        assertThat(metrics.count("active", false)).isEqualTo(1);
    }
}
