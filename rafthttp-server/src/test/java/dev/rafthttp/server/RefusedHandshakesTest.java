package dev.rafthttp.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.VirtualScheduler;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefusedHandshakesTest {
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final RefusedHandshakes handshakes = new RefusedHandshakes(scheduler);
    private final LogLines log = LogLines.of(RefusedHandshakes.class);

    @AfterEach
    void close() {
        log.close();
    }

    private void refuse(String said) {
        handshakes.log(new InetSocketAddress("192.0.2.7", 4711), new SSLHandshakeException(said));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Empty client certificate chain | it presents no certificate of the trusted CA",
                "(certificate_required) Empty client certificate chain | it presents no certificate of the trusted CA",
                "PKIX path building failed: no path | its certificate is not trusted",
                "(certificate_unknown) PKIX path validation failed: expired | its certificate is not trusted",
                "Received fatal alert: certificate_unknown | it rejects our certificate",
                "Unrecognized SSL message, plaintext connection? | it does not use TLS",
                "Broken pipe | it closed the connection",
                "anything else | TLS failed",
            })
    void shouldSayInWordsWhyWhenTlsFails(String said, String reason) {
        refuse(said);

        assertThat(log.warnings())
                .singleElement()
                .asString()
                .startsWith("refused a TLS connection from /192.0.2.7:4711: " + reason)
                .endsWith(" (" + said + "); 0 more since the last such line");
    }

    @Test
    void shouldSayOncePerReasonAndIntervalWhenManyAreRefused() {
        for (int i = 0; i < 3; i++) {
            refuse("Empty client certificate chain");
            refuse("PKIX path building failed");
        }
        scheduler.advance(Duration.ofSeconds(5));
        refuse("Empty client certificate chain");

        assertThat(log.warnings())
                .satisfiesExactly(
                        line -> assertThat(line).contains("no certificate").contains("; 0 more"),
                        line -> assertThat(line).contains("not trusted").contains("; 0 more"),
                        line -> assertThat(line).contains("no certificate").contains("; 2 more"));
    }

    @Test
    void shouldLogOneShortLineWhenACertificateQuotesManyAndControlCharacters() {
        refuse("PKIX path validation failed: CN=evil\n2026 ERROR \u001b[31mforged" + "x".repeat(10_000));

        assertThat(log.warnings())
                .singleElement()
                .asString()
                .hasSizeLessThan(500)
                .doesNotContain("\n", "\u001b");
    }

    @Test
    void shouldSayWhatItIsWhenAFailureHasNoMessage() {
        handshakes.log(new InetSocketAddress("192.0.2.7", 1), new IOException());

        assertThat(log.warnings()).singleElement().asString().contains("TLS failed (java.io.IOException)");
    }
}
