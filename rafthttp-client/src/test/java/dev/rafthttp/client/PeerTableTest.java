package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.Dialect;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.coupling.StreamCoupler;
import dev.rafthttp.metrics.TransportMetrics;
import dev.rafthttp.peer.PeerEnvironment;
import dev.rafthttp.runtime.SystemScheduler;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PeerTableTest {
    /** Around the places where signed and unsigned order differ. */
    private static final long[] IDS = {1, 2, 5, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1, -2, -1};

    private final TransportConfig config = Transports.config().build();
    private final SystemScheduler scheduler = new SystemScheduler("peer-table-test");
    private final PeerEnvironment environment = new PeerEnvironment(
            config,
            new Reports(),
            scheduler,
            Runnable::run,
            new Random(1),
            TransportMetrics.NONE,
            StreamCoupler.NONE,
            MemoryBudget.unlimited());

    @AfterEach
    void close() {
        scheduler.close();
    }

    @Test
    void shouldFindEveryPeerAndNoOtherWhenIdsAreUnsigned() {
        PeerTable table = table(IDS);

        for (long id : IDS) {
            PeerConnections found = table.find(id);
            assertThat(found).as("%x", id).isNotNull();
            assertThat(found.peer().id()).isEqualTo(new MemberId(id));
        }
        for (long absent : new long[] {0, 3, 4, 6, Long.MAX_VALUE - 1, Long.MIN_VALUE + 2, -3}) {
            assertThat(table.find(absent)).as("%x", absent).isNull();
        }
    }

    @Test
    void shouldListPeersByIdWhenTheyWereAddedInAnyOrder() {
        assertThat(table(-1, 5, Long.MIN_VALUE, 1).all())
                .extracting(each -> each.peer().id().value())
                .containsExactly(1L, 5L, Long.MIN_VALUE, -1L);
    }

    @Test
    void shouldReplaceAPeerWhenOneWithItsIdIsAdded() {
        PeerConnections newer = connections(2);

        PeerTable table = table(1, 2, 3).with(newer);

        assertThat(table.all()).hasSize(3);
        assertThat(table.find(2)).isSameAs(newer);
    }

    @Test
    void shouldLeaveTheTableAsItWasWhenAnotherIsMadeOfIt() {
        PeerTable table = table(1, 2, 3);

        PeerTable smaller = table.without(2);

        assertThat(table.find(2)).isNotNull();
        assertThat(smaller.find(2)).isNull();
        assertThat(smaller.all()).hasSize(2);
        assertThat(smaller.without(2).all()).hasSize(2);
    }

    private PeerTable table(long... ids) {
        return LongStream.of(ids)
                .mapToObj(this::connections)
                .reduce(PeerTable.EMPTY, PeerTable::with, (table, other) -> other);
    }

    private PeerConnections connections(long id) {
        return new PeerConnections(
                environment,
                new PeerHttpClient(config, Runnable::run, Optional.empty()).jetty(),
                new RequestHeaders(config, new UUID(1, 2)),
                new MemberId(id),
                List.of(Transports.NOWHERE),
                Dialect.PUSH,
                false);
    }
}
