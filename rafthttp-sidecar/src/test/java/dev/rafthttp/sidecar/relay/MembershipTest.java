package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.sidecar.events.EventLog;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.StandIns;
import dev.rafthttp.sidecar.relay.standin.Traffic;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is asked of the members while they change. */
class MembershipTest {
    private static final RelayMember MEMBER =
            Relays.member(Relays.A, URI.create("http://127.0.0.1:11380"), URI.create("http://127.0.0.1:21380"));

    private final RelayOptions options = Relays.options(MEMBER);
    private final StandIns standIns = new StandIns(
            options.topology(),
            new Traffic(),
            new EventLog(),
            new QueuedThreadPool(),
            Duration.ofSeconds(2),
            HeapLimits.OF_JVM);

    private final Membership membership = new Membership(
            new LogNames(), options, MemberDocument.file(options.stateDir(), options.topology()), standIns);

    @AfterEach
    void close() {
        standIns.close();
    }

    /** A change holds the lock while names are looked up, which takes seconds when the name server is silent. */
    @Test
    void shouldAnswerWhileAChangeIsUnderWay() throws Exception {
        List<RelayMember> all;
        synchronized (membership) {
            all = CompletableFuture.supplyAsync(membership::all).get(20, TimeUnit.SECONDS);
            assertThat(CompletableFuture.supplyAsync(() -> membership.find(Relays.A))
                            .get(20, TimeUnit.SECONDS))
                    .contains(MEMBER);
        }
        assertThat(all).containsExactly(MEMBER);
    }

    @Test
    void shouldStayAsTheyWereToWhomTheyWereShownWhenMembersChange() {
        List<RelayMember> before = membership.all();

        membership.remove(Relays.A);

        assertThat(before).containsExactly(MEMBER);
        assertThat(membership.all()).isEmpty();
        assertThat(membership.find(Relays.A)).isEmpty();
    }
}
