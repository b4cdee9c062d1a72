package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeerUrlsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.1:2380",
                "https://member-1.example.com:2380",
                "http://[::1]:2380",
                "http://a:1",
                "http://a:65535",
                "http://a:2380/",
                "http://galera_etcd:2380",
                "https://_:2380",
                "http://node.1:2380",
                "http://etcd.internal.4you:2380",
                "http://1:2380"
            })
    void shouldTakeWhatEtcdTakes(String url) {
        assertThat(PeerUrls.check(List.of(URI.create(url)))).containsExactly(URI.create(url));
    }

    @ParameterizedTest
    @CsvSource({
        "a:2380, its scheme is neither http nor https",
        "//a:2380, its scheme is neither http nor https",
        "ftp://a:2380, its scheme is neither http nor https",
        "unix://a:2380, its scheme is neither http nor https",
        "http://a, it has no port",
        "http://a_b, it has no port",
        "http://a:0, its port is 0",
        "http://a_b:0, its port is 0",
        "http://a:65536, 'its port is 65536, not in 1 to 65535'",
        "http://a_b:65536, 'its port is 65536, not in 1 to 65535'",
        "http://:2380, it has no host",
        "http://a:2380/raft, it has a path",
        "http://a_b:2380/raft, it has a path",
        "http://a:2380?x=1, it has a query or a fragment",
        "http://a:2380#x, it has a query or a fragment",
        "http://user:secret@a:2380, it has a user",
        "http://user:secret@a_b:2380, it has a user",
        "http:a, it has no host",
        "'http://a~b:1', '\"a~b:1\" is no host and port: a name has letters, digits, \"-\", \"_\" and \".\" only'",
        "'http://a_b:c', '\"a_b:c\" is no host and port: a name has letters, digits, \"-\", \"_\" and \".\" only'"
    })
    void shouldSayWhatIsWrongWithEveryOtherForm(String url, String reason) {
        assertThatThrownBy(() -> PeerUrls.check(List.of(URI.create("http://a:2380"), URI.create(url))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "peer URL \"" + url + "\" is not of the form http://host:port or https://host:port: " + reason);
    }

    @ParameterizedTest
    @CsvSource({
        "http://galera_etcd:2380, galera_etcd, 2380",
        "http://node.1:2380/, node.1, 2380",
        "http://a_b/path, a_b, -1",
        "http://member-1:65535, member-1, 65535",
        "http://[::1]:1, [::1], 1"
    })
    void shouldFindTheHostThatEtcdFinds(String url, String name, int port) {
        assertThat(UrlHost.of(URI.create(url))).isEqualTo(new UrlHost(name, port));
    }

    @Test
    void shouldRefuseAnEmptyList() {
        assertThatThrownBy(() -> PeerUrls.check(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a peer needs at least one URL");
    }

    @Test
    void shouldReturnACopyThatDoesNotChange() {
        List<URI> given = new ArrayList<>(List.of(URI.create("http://a:2380")));
        List<URI> checked = PeerUrls.check(given);

        given.clear();

        assertThat(checked).hasSize(1);
        assertThatThrownBy(() -> checked.add(URI.create("http://b:2380")))
                .isInstanceOf(UnsupportedOperationException.class);
    }
}
