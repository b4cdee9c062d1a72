package dev.rafthttp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.fixture.TestCa;
import java.net.Socket;
import java.security.KeyStore;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which certificates are on a list, as Go decides it. */
class AllowedPeersTest {
    private final TestCa ca = new TestCa("ca");

    private X509Certificate certificate(String subject, String... hosts) {
        return ca.issue(subject, hosts).certificate();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "member-1 | member-1",
                "a\\, b | a, b",
                "a\\+b\\=\\\"c\\\" | a+b=\"c\"",
                "'\\ blank\\ ' | ' blank '",
                "\\#a | #a",
                "Zürich 東京 | Zürich 東京",
                "a,O=org,OU=unit | a",
                "first,O=org,CN=last | last",
                "a+OU=unit | a",
            })
    void shouldAllowACertificateWhenItsCommonNameIsOnTheList(String subject, String name) {
        X509Certificate certificate = certificate(subject, "127.0.0.1");

        assertThat(AllowedPeers.withCommonName("other", name).refusal(certificate))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "member-1 | Member-1",
                "member-1 | member",
                "member-1 | *",
                "first,O=org,CN=last | first",
                "a+CN=b | a",
                "a+CN=b | b",
                "x,O=member-1 | member-1",
                "x\\,CN\\=member-1 | member-1",
                "x,1.2.3.4=member-1 | member-1",
            })
    void shouldRefuseACertificateWhenItsCommonNameIsNotOnTheList(String subject, String name) {
        X509Certificate certificate = certificate(subject, "member-1", "member", "127.0.0.1");

        assertThat(AllowedPeers.withCommonName(name).refusal(certificate)).isPresent();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.org, a.example.org",
        "A.Example.org, a.eXample.ORG",
        "a.example.org, a.example.org.",
        "*.example.org, a.example.org",
        "*.example.org, a_1.example.org",
        "*.example.org, *.example.org",
        "galera_etcd, galera_etcd",
        "192.0.2.1, 192.0.2.1",
        "192.0.2.1, ::ffff:192.0.2.1",
        "2001:db8::1, 2001:db8:0:0::1",
        "2001:db8::1, [2001:DB8::1]",
    })
    void shouldAllowACertificateWhenItIsForAHostOnTheList(String certified, String host) {
        X509Certificate certificate = certificate("any", certified);

        assertThat(AllowedPeers.withHostname("other.example.org", host).refusal(certificate))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "a.example.org, b.example.org",
        "example.org, a.example.org",
        "*.example.org, example.org",
        "*.example.org, a.b.example.org",
        "*.example.org, .example.org",
        "a.*.org, a.example.org",
        "a*.example.org, ab.example.org",
        "*, localhost",
        "a.example.org, *.example.org",
        "192.0.2.1, 192.0.2.2",
        "192.0.2.1, 192.0.2.01",
        "192.0.2.1, 3221225985",
        "192.0.2.1, host",
        "2001:db8::1, 2001:db8::2",
        "*.0.2.1, 192.0.2.1",
        "host, subject",
    })
    void shouldRefuseACertificateWhenItIsForNoHostOnTheList(String certified, String host) {
        X509Certificate certificate = certificate("subject", certified);

        assertThat(AllowedPeers.withHostname(host).refusal(certificate)).isPresent();
    }

    @Test
    void shouldNotTakeADnsNameForAnAddressWhenItLooksLikeOne() {
        X509Certificate named = ca.issueForDns("any", "192.0.2.1").certificate();

        assertThat(AllowedPeers.withHostname("192.0.2.1").refusal(named)).isPresent();
    }

    @Test
    void shouldAllowAnyWhenThereIsNoList() {
        assertThat(AllowedPeers.ANY.isAny()).isTrue();
        assertThat(AllowedPeers.ANY.refusal(certificate("any", "host"))).isEmpty();
    }

    @Test
    void shouldNameCertificateAndListWhenItRefuses() {
        X509Certificate certificate = certificate("evil", "192.0.2.1", "*.example.org");
        String described =
                " is in the certificate of \"CN=evil\" (serial number 2, SANs IP:192.0.2.1, DNS:*.example.org)";

        assertThat(AllowedPeers.withCommonName("a", "b").refusal(certificate))
                .contains("none of the allowed CNs [a, b]" + described);
        assertThat(AllowedPeers.withHostname("a.example.com").refusal(certificate))
                .contains("none of the allowed host names [a.example.com]" + described);
    }

    @Test
    void shouldTellLittleWhenNamesAreLongOrNotPrintable() {
        String[] hosts = Stream.iterate(1, i -> i + 1)
                .limit(1000)
                .map(i -> "host-" + i + ".example.org")
                .toArray(String[]::new);
        X509Certificate certificate = certificate("evil\\0A2026 ERROR \u001b[31mforged" + "x".repeat(1000), hosts);

        assertThat(AllowedPeers.withHostname(
                                Stream.of(hosts).map(host -> "other-" + host).toArray(String[]::new))
                        .refusal(certificate))
                .hasValueSatisfying(
                        text -> assertThat(text).hasSizeLessThan(400).doesNotContain("\n", "\u001b"));
    }

    @Test
    void shouldRefuseListsWhenBothHaveEntriesOrOneIsEmpty() {
        assertThatThrownBy(() -> new AllowedPeers(List.of("a"), List.of("b.example.org")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "mutually exclusive, but there are the CNs [a] and the host names [b.example.org]");
        assertThatThrownBy(() -> AllowedPeers.withCommonName("a", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("[a, ]");
    }

    @Test
    void shouldAskTheIssuersFirstWhenACertificateIsCheckedInAnyWay() throws Exception {
        X509Certificate allowed = certificate("allowed", "127.0.0.1");
        X509Certificate other = certificate("other", "127.0.0.1");
        X509Certificate foreign =
                new TestCa("foreign").issue("allowed", "127.0.0.1").certificate();
        PeerTrust trust = new PeerTrust(trustOf(ca), AllowedPeers.withCommonName("allowed"), RevokedCertificates.NONE);

        for (Check check : checks(trust)) {
            check.of(allowed);
            assertThatThrownBy(() -> check.of(other)).isInstanceOf(PeerNotAllowedException.class);
            assertThatThrownBy(() -> check.of(foreign))
                    .isInstanceOf(CertificateException.class)
                    .isNotInstanceOf(PeerNotAllowedException.class);
        }
        assertThat(trust.getAcceptedIssuers()).hasSize(1);
    }

    private interface Check {
        void of(X509Certificate certificate) throws CertificateException;
    }

    /** The ways in which TLS asks, but that of an engine in a handshake. */
    private static List<Check> checks(X509ExtendedTrustManager trust) {
        Socket socket = new Socket();
        return List.of(
                one -> trust.checkClientTrusted(new X509Certificate[] {one}, "EC"),
                one -> trust.checkServerTrusted(new X509Certificate[] {one}, "ECDHE_ECDSA"),
                one -> trust.checkClientTrusted(new X509Certificate[] {one}, "EC", socket),
                one -> trust.checkServerTrusted(new X509Certificate[] {one}, "ECDHE_ECDSA", socket));
    }

    private static X509ExtendedTrustManager trustOf(TestCa ca) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("ca", ca.certificate());
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }
}
