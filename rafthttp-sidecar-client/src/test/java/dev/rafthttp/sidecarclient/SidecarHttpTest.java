package dev.rafthttp.sidecarclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.Optional;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.http.HttpMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarHttpTest {
    @ParameterizedTest
    @CsvSource({
        "http://sidecar_a:2381, sidecar_a, 2381",
        "http://node.1:2381, node.1, 2381",
        "http://[::1]:2381, [::1], 2381",
        "http://127.0.0.1:1, 127.0.0.1, 1",
    })
    void shouldAskTheHostWhenItsNameIsOneThatResolversTake(URI sidecar, String host, int port) {
        Request request = new SidecarHttp(sidecar, Optional.empty()).request(HttpMethod.GET, "/v1/tap?type=MsgApp");

        assertThat(request.getHost()).isEqualTo(host);
        assertThat(request.getPort()).isEqualTo(port);
        assertThat(request.getPath()).isEqualTo("/v1/tap");
        assertThat(request.getQuery()).isEqualTo("type=MsgApp");
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://h:1", "http://h", "http://:1", "unix:relative", "unix:/folder/", "h:1", "/socket"})
    void shouldSayWhatIsExpectedWhenTheAddressIsOfAnotherForm(URI sidecar) {
        assertThatThrownBy(() -> new SidecarHttp(sidecar, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("\"" + sidecar + "\": ");
    }

    @Test
    void shouldRefuseASocketWhosePathIsLongerThanJavaTakes() {
        String longest = "unix:/" + "x".repeat(SidecarAddress.MAX_UNIX_PATH_BYTES - 1);

        assertThat(SidecarAddress.unix(longest)).hasToString(longest);
        assertThatThrownBy(() -> SidecarAddress.unix(longest + "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most 106 bytes");
    }
}
