package dev.rafthttp.interop;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.BeforeAll;

/** A relay beside each member. */
class RelayEachEtcdTest extends RelayInterop {
    RelayEachEtcdTest() {
        super(Wiring.Form.RELAY_EACH);
    }

    @BeforeAll
    static void needsNamespaces() {
        String unavailable = Namespaces.unavailable();
        assumeTrue(unavailable.isEmpty(), "SKIPPED: " + unavailable);
    }
}
