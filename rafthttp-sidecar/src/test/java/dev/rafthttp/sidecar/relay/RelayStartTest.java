package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rafthttp.HeapLimits;
import dev.rafthttp.fixture.DialWatch;
import dev.rafthttp.options.CannotRunException;
import dev.rafthttp.options.LogNames;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a relay takes before it dials, and what it says when another has it. */
class RelayStartTest {
    private static final String SELF = "process " + ProcessHandle.current().pid();

    @TempDir
    private Path folder;

    private RelayOptions options(URI frontOfB, URI target, URI node, String state) {
        return new RelayOptions(
                Relays.alone(),
                List.of(
                        Relays.member(Relays.A, Relays.freeUrl(), target),
                        Relays.member(Relays.B, frontOfB, Relays.freeUrl())),
                node,
                Optional.empty(),
                Duration.ofSeconds(2),
                folder.resolve(state),
                HeapLimits.OF_JVM);
    }

    private static void fail(RelayOptions options) {
        try (Relay relay = new Relay(new LogNames(), options)) {
            relay.start();
        }
    }

    @Test
    void shouldDialNobodyWhenAFrontOrTheApiIsTaken() throws IOException {
        URI front = Relays.freeUrl();
        URI node = Relays.freeUrl();
        try (DialWatch target = new DialWatch();
                Relay first = new Relay(new LogNames(), options(front, Relays.freeUrl(), node, "first"))) {
            first.start();
            URI real = target.url();

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> fail(options(front, real, Relays.freeUrl(), "second")))
                    .withMessage("cannot listen at " + front + ": Address already in use");
            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> fail(options(Relays.freeUrl(), real, node, "second")))
                    .withMessage("cannot listen at " + node + ": Address already in use");

            assertThat(target.wasDialled()).isFalse();
        }
    }

    @Test
    void shouldNameTheFolderAndItsHolderWhenTwoRelaysShareIt() throws IOException {
        try (Relay first =
                new Relay(new LogNames(), options(Relays.freeUrl(), Relays.freeUrl(), Relays.freeUrl(), "state"))) {
            first.start();
            Path state = folder.resolve("state");

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> fail(options(Relays.freeUrl(), Relays.freeUrl(), Relays.freeUrl(), "state")))
                    .withMessage("--state-dir \"" + state + "\": expected a folder that no other process uses, but "
                            + state.toRealPath() + " is in use by the relay of cluster cafe, " + SELF);
        }
    }
}
