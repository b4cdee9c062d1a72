package dev.rafthttp.sidecar.relay;

import dev.rafthttp.options.LogNames;
import dev.rafthttp.sidecar.relay.standin.DirectionCounts;
import java.net.URI;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A running relay in front of member a, which a test plays. Member b is known, and is played by the test too. */
class RelayFixture {
    final ScriptedOrigin origin = new ScriptedOrigin();
    final URI front = Relays.freeUrl();
    final RelayOptions options = Relays.options(Relays.member(Relays.A, front, origin.url()));
    final Relay relay = new Relay(new LogNames(), options);

    @BeforeEach
    void start() {
        relay.start();
        relay.traffic().know(Relays.B);
    }

    @AfterEach
    void close() {
        relay.close();
        origin.close();
    }

    /** What b has sent to a. */
    DirectionCounts counts() {
        return relay.traffic().of(Relays.B, Relays.A);
    }
}
