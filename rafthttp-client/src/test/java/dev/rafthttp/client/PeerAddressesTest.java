package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /** What the name server knows. */
    private final Map<String, String> records = new HashMap<>();

    /** What Java says of its failure; empty while there is none. */
    private String failure = "";

    private final List<String> lookedUp = new ArrayList<>();
    /** Lookups that have not got their thread yet, or whose name server is silent. */
    private final Queue<Runnable> lookups = new ArrayDeque<>();

    private final ManualScheduler time = new ManualScheduler();
    private final PeerAddresses addresses = new PeerAddresses(this::lookUp, lookups::add, time, PATIENCE);

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.12.200", "[::1]", "[fe80::1:2]", "[::ffff:10.0.0.1]"})
    void shouldLookUpNoIpAddress(String host) {
        Dial dial = dial(URI.create("http://" + host + ":2380").getHost());

        assertThat(lookups).isEmpty();
        assertThat(dial.found).singleElement().satisfies(address -> {
            assertThat(address.isUnresolved()).isFalse();
            assertThat(address.getPort()).isEqualTo(2380);
        });
    }

    @Test
    void shouldLookUpANameEvenOneThatLooksLikeAnAddress() {
        List<String> names = List.of("localhost", "etcd-0.etcd", "cafe", "10.example", "a1.b2");

        names.forEach(name -> records.put(name, "10.0.0.1"));
        names.forEach(this::dial);
        lookups.forEach(Runnable::run);

        assertThat(lookedUp).isEqualTo(names);
    }

    @Test
    void shouldFindTheAddressAndAskAgainForTheNextDial() {
        records.put("etcd-0", "10.0.0.1");
        Dial before = dial("etcd-0");
        answer();
        records.put("etcd-0", "10.0.0.2");
        Dial after = dial("etcd-0");
        answer();

        assertThat(before.found).containsExactly(new InetSocketAddress("10.0.0.1", 2380));
        assertThat(after.found).containsExactly(new InetSocketAddress("10.0.0.2", 2380));
        assertThat(time.pending()).isZero();
    }

    @Test
    void shouldAskOnceForAllDialsWhenTheNameServerIsSlow() {
        records.put("etcd-0", "10.0.0.1");
        Dial one = dial("etcd-0");
        Dial other = dial("etcd-0");
        assertThat(lookups).hasSize(1);
        answer();

        assertThat(one.found).isEqualTo(other.found).hasSize(1);
    }

    @Test
    void shouldDoWithTheLastAddressWhenTheNameServerIsSilent() {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        Dial dial = dial("etcd-0");
        time.pass(PeerAddresses.SILENCE.minusMillis(1));
        assertThat(dial.isDone()).isFalse();

        time.pass(Duration.ofMillis(1));

        assertThat(dial.found).containsExactly(new InetSocketAddress("10.0.0.1", 2380));
    }

    @Test
    void shouldTakeTheAnswerForTheNextDialWhenItCameTooLate() {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        Dial first = dial("etcd-0");
        time.pass(PeerAddresses.SILENCE);
        records.put("etcd-0", "10.0.0.2");
        Dial second = dial("etcd-0");
        answer();

        assertThat(lookups).isEmpty();
        assertThat(first.found).containsExactly(new InetSocketAddress("10.0.0.1", 2380));
        assertThat(second.found).containsExactly(new InetSocketAddress("10.0.0.2", 2380));
    }

    @Test
    void shouldFailWhenTheNameServerIsSilentAboutANameThatNeverHadAnAddress() {
        Dial dial = dial("etcd-0");
        time.pass(PATIENCE);

        assertThat(dial.failure)
                .isInstanceOf(TimeoutException.class)
                .hasMessage("no answer about etcd-0 from the name server within 1000 ms");
    }

    @Test
    void shouldFailWhenTheNameServerSaysThatThereIsNoSuchName() {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        failure = "etcd-0: Name or service not known";
        Dial dial = dial("etcd-0");
        answer();

        assertThat(dial.failure).isInstanceOf(UnknownHostException.class).hasMessage(failure);
    }

    /** As Java words it on glibc: the port is closed, SERVFAIL or REFUSED; there is no address; one of these a moment ago. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "etcd-0: Temporary failure in name resolution",
                "etcd-0: No address associated with hostname",
                "etcd-0",
                "etcd-0: Der Name oder der Dienst ist nicht bekannt"
            })
    void shouldDoWithTheLastAddressWhenTheNameServerFailsInAnotherWay(String words) {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        failure = words;
        for (int i = 0; i < 3; i++) {
            Dial dial = dial("etcd-0");
            answer();

            assertThat(dial.found).containsExactly(new InetSocketAddress("10.0.0.1", 2380));
        }
        assertThat(time.pending()).isZero();
    }

    @Test
    void shouldDoWithTheLastAddressWhenTheLookupThrows() {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        records.put("etcd-0", "no address");
        Dial dial = dial("etcd-0");
        answer();

        assertThat(dial.found).containsExactly(new InetSocketAddress("10.0.0.1", 2380));
    }

    @Test
    void shouldFailWhenTheNameHasNeverHadAnAddress() {
        failure = "etcd-0: Temporary failure in name resolution";
        Dial dial = dial("etcd-0");
        answer();

        assertThat(dial.failure).isInstanceOf(UnknownHostException.class).hasMessage(failure);
    }

    @Test
    void shouldForgetTheLastAddressWhenThereIsNoSuchNameAnyMore() {
        records.put("etcd-0", "10.0.0.1");
        dial("etcd-0");
        answer();
        failure = "etcd-0: Name or service not known";
        dial("etcd-0");
        answer();
        // What Java's cache says for a while.
        failure = "etcd-0";
        Dial dial = dial("etcd-0");
        answer();

        assertThat(dial.failure).isInstanceOf(UnknownHostException.class).hasMessage("etcd-0");
    }

    private InetAddress[] lookUp(String host) throws UnknownHostException {
        lookedUp.add(host);
        if (!failure.isEmpty()) {
            throw new UnknownHostException(failure);
        }
        if (records.get(host).equals("no address")) {
            throw new IllegalStateException("a broken resolver");
        }
        return new InetAddress[] {InetAddress.getByName(records.get(host))};
    }

    /** Lets the lookup under way end. */
    private void answer() {
        lookups.remove().run();
    }

    private Dial dial(String host) {
        Dial dial = new Dial();
        addresses.resolve(host, 2380, Map.of(), dial);
        return dial;
    }

    private static final class Dial implements Promise<List<InetSocketAddress>> {
        private final List<InetSocketAddress> found = new ArrayList<>();
        private Throwable failure;

        @Override
        public void succeeded(List<InetSocketAddress> result) {
            assertThat(isDone()).isFalse();
            found.addAll(result);
        }

        @Override
        public void failed(Throwable cause) {
            assertThat(isDone()).isFalse();
            failure = cause;
        }

        boolean isDone() {
            return failure != null || !found.isEmpty();
        }
    }

    /** Time that passes when it is told to. */
    private static final class ManualScheduler extends AbstractLifeCycle implements Scheduler {
        private record Timer(Runnable task, long dueMillis) {}

        private final List<Timer> timers = new ArrayList<>();
        private long nowMillis;

        @Override
        public Task schedule(Runnable task, long delay, TimeUnit unit) {
            Timer timer = new Timer(task, nowMillis + unit.toMillis(delay));
            timers.add(timer);
            return () -> timers.remove(timer);
        }

        void pass(Duration duration) {
            nowMillis += duration.toMillis();
            List<Timer> due = timers.stream()
                    .filter(timer -> timer.dueMillis <= nowMillis)
                    .toList();
            timers.removeAll(due);
            due.forEach(timer -> timer.task.run());
        }

        int pending() {
            return timers.size();
        }
    }
}
