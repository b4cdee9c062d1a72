package dev.rafthttp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.fixture.TestCa;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates are revoked, and which files can be used. */
class RevokedCertificatesTest {
    private final TestCa ca = new TestCa("ca");
    private final TestCa other = new TestCa("other");
    private final X509Certificate one = ca.issue("one", "127.0.0.1").certificate();
    private final X509Certificate two = ca.issue("two", "127.0.0.1").certificate();

    private static byte[] pem(X509CRL... lists) {
        StringBuilder text = new StringBuilder("Certificate Revocation List (CRL):\n");
        for (X509CRL list : lists) {
            text.append(TestCa.pem(list));
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private RevokedCertificates read(byte[] content) throws UnusableException {
        return RevokedCertificates.read(content, List.of(ca.certificate()));
    }

    private void assertOnlyOneIsRevoked(byte[] content) throws UnusableException {
        RevokedCertificates revoked = read(content);

        assertThat(revoked.refusal(one)).isPresent();
        assertThat(revoked.refusal(two)).isEmpty();
    }

    @Test
    void shouldReadOneListOrSeveralWhenTheyAreInPemOrDer() throws Exception {
        X509CRL list = ca.revoke(one);
        X509CRL ofOther = other.revoke();
        ByteArrayOutputStream both = new ByteArrayOutputStream();
        both.writeBytes(ofOther.getEncoded());
        both.writeBytes(list.getEncoded());

        assertOnlyOneIsRevoked(pem(list));
        assertOnlyOneIsRevoked(pem(ofOther, list));
        assertOnlyOneIsRevoked(list.getEncoded());
        assertOnlyOneIsRevoked(both.toByteArray());
    }

    @Test
    void shouldNotTakeACertificateForRevokedWhenAnotherCaHasRevokedItsNumber() throws Exception {
        X509Certificate ofOther = other.issue("any", "127.0.0.1").certificate();
        RevokedCertificates revoked = read(pem(other.revoke(ofOther)));

        assertThat(ofOther.getSerialNumber()).isEqualTo(one.getSerialNumber());
        assertThat(revoked.refusal(one)).isEmpty();
        assertThat(revoked.refusal(ofOther)).isPresent();
    }

    @Test
    void shouldNameTheCertificateAndTheListWhenItIsRevoked() throws Exception {
        assertThat(read(pem(ca.revoke(one))).refusal(one))
                .hasValueSatisfying(text -> assertThat(text)
                        .startsWith(
                                "the certificate of \"CN=one\" (serial number 2, SANs IP:127.0.0.1) is revoked since ")
                        .endsWith(", by the CRL of CN=ca"));
    }

    @Test
    void shouldSayWhatIsWrongWhenAFileCannotBeUsed() throws Exception {
        byte[] der = ca.revoke(one).getEncoded();
        X509CRL forged = new TestCa("ca").revoke();

        assertProblem(new byte[0], "holds no CRL");
        assertProblem(ca.pem().getBytes(StandardCharsets.US_ASCII), "holds no CRL");
        assertProblem(Arrays.copyOf(der, der.length - 1), "holds a CRL that is damaged: ");
        assertProblem(Arrays.copyOf(pem(ca.revoke(one)), 200), "is cut: its last block has no end");
        assertProblem(pem(forged), "holds a CRL of CN=ca that the trusted CA of this name did not sign");
    }

    private void assertProblem(byte[] content, String problem) {
        assertThatThrownBy(() -> read(content))
                .isInstanceOfSatisfying(
                        UnusableException.class, e -> assertThat(e.problem()).startsWith(problem));
    }

    @Test
    void shouldBeReadAgainWhenTheFileHasChanged(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("revoked.crl"), ca.revoke().getEncoded());
        PeerTls tls = ca.mutual(folder, "member", "127.0.0.1").refusingRevoked(file);
        TlsMaterial material = TlsMaterial.load(tls);

        assertThat(material.isStillIn(tls)).isTrue();
        Files.write(file, ca.revoke(one).getEncoded());
        assertThat(material.isStillIn(tls)).isFalse();
        Files.delete(file);
        assertThat(tls.mistakes())
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.toString())
                        .startsWith("CRL file " + file + " is not there; expected a PEM or DER file"));
    }
}
