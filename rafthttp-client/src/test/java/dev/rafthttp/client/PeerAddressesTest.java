package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.util.Promise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeerAddressesTest {
    private final List<String> lookedUp = new ArrayList<>();
    private final List<InetSocketAddress> found = new ArrayList<>();
    private final PeerAddresses addresses = new PeerAddresses((host, port, context, promise) -> lookedUp.add(host));

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "10.0.12.200", "[::1]", "[fe80::1:2]", "[::ffff:10.0.0.1]"})
    void shouldLookUpNoIpAddress(String host) {
        resolve(URI.create("http://" + host + ":2380").getHost());

        assertThat(lookedUp).isEmpty();
        assertThat(found).singleElement().satisfies(address -> {
            assertThat(address.isUnresolved()).isFalse();
            assertThat(address.getPort()).isEqualTo(2380);
        });
    }

    @Test
    void shouldLookUpANameEvenOneThatLooksLikeAnAddress() {
        List<String> names = List.of("localhost", "etcd-0.etcd", "cafe", "10.example", "a1.b2");

        names.forEach(this::resolve);

        assertThat(lookedUp).isEqualTo(names);
        assertThat(found).isEmpty();
    }

    private void resolve(String host) {
        addresses.resolve(host, 2380, Map.of(), Promise.from(found::addAll, failure -> {
            throw new AssertionError(failure);
        }));
    }
}
