package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
                "http://a:2380/"
            })
    void shouldTakeWhatEtcdTakes(String url) {
        assertThat(PeerUrls.check(List.of(URI.create(url)))).containsExactly(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a:2380",
                "//a:2380",
                "ftp://a:2380",
                "unix://a:2380",
                "http://a",
                "http://a:0",
                "http://a:65536",
                "http://:2380",
                "http://a:2380/raft",
                "http://a:2380?x=1",
                "http://a:2380#x",
                "http://user:secret@a:2380",
                "http:a"
            })
    void shouldRefuseEveryOtherForm(String url) {
        assertThatThrownBy(() -> PeerUrls.check(List.of(URI.create("http://a:2380"), URI.create(url))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("peer URL \"" + url + "\" is not of the form http://host:port or https://host:port");
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
