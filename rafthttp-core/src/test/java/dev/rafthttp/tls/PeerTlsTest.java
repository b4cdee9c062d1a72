package dev.rafthttp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.TransportConfig;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.fixture.TestCa.Issued;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptor;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which files are taken, and what is said of the others. */
class PeerTlsTest {
    private final TestCa ca = new TestCa("ca");
    private final Issued issued = ca.issue("member", "127.0.0.1");

    @TempDir
    private Path folder;

    private PeerTls files(String certificate, String key, String trusted) throws IOException {
        return PeerTls.mutual(write("cert.pem", certificate), write("key.pem", key), write("ca.pem", trusted));
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private record KeyFormat(String name, KeyPair keys, UnaryOperator<String> changes, boolean pkcs8) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<KeyFormat> keyFormats() throws GeneralSecurityException {
        KeyPair rsa = keys("RSA", 2048);
        KeyPair p256 = ec("secp256r1");
        KeyPair p521 = ec("secp521r1");
        KeyPair edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        UnaryOperator<String> asItIs = UnaryOperator.identity();
        return Stream.of(
                new KeyFormat("RSA, PKCS#8", rsa, asItIs, true),
                new KeyFormat("RSA, PKCS#1", rsa, asItIs, false),
                new KeyFormat("RSA of 4096 bits, PKCS#1", keys("RSA", 4096), asItIs, false),
                new KeyFormat("P-256, PKCS#8", p256, asItIs, true),
                new KeyFormat("P-256, SEC1", p256, asItIs, false),
                new KeyFormat("P-521, SEC1", p521, asItIs, false),
                new KeyFormat(
                        "P-256, SEC1 after parameters, as openssl ecparam writes it",
                        p256,
                        key -> "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n" + key,
                        false),
                new KeyFormat("P-256 with lines of Windows", p256, key -> key.replace("\n", "\r\n"), true),
                new KeyFormat("P-256 amid text", p256, key -> "Private-Key: (256 bit)\n" + key + "bye\n", true),
                new KeyFormat("Ed25519, PKCS#8", edwards, asItIs, true));
    }

    private static KeyPair keys(String algorithm, int bits) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    private static KeyPair ec(String curve) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(curve));
        return generator.generateKeyPair();
    }

    @ParameterizedTest
    @MethodSource("keyFormats")
    void shouldTakeAKeyWhenItIsInAnyOfOpensslsFormats(KeyFormat format) throws Exception {
        Issued one = ca.issue("member", format.keys, "127.0.0.1");
        String key = format.pkcs8 ? one.keyPem() : TestCa.pem(one.key());

        PeerTls tls = files(one.certificatePem(), format.changes.apply(key), ca.pem());

        assertThat(key).contains(format.pkcs8 ? "BEGIN PRIVATE KEY" : " PRIVATE KEY");
        assertThat(tls.mistakes()).isEmpty();
        assertThat(TlsMaterial.load(tls).newContext()).isNotNull();
    }

    @Test
    void shouldTakeOneFileWhenItHoldsBothCertificateAndKey() throws Exception {
        Path both = write("both.pem", issued.keyPem() + issued.certificatePem());

        assertThat(PeerTls.of(both, both).mistakes()).isEmpty();
    }

    @Test
    void shouldTakeAChainWhenTheIssuerFollows() throws Exception {
        assertThat(files(issued.certificatePem() + ca.pem(), issued.keyPem(), ca.pem())
                        .mistakes())
                .isEmpty();
    }

    @Test
    void shouldNameEveryFileAtOnceWhenNoneCanBeUsed() throws Exception {
        PeerTls tls = files(issued.keyPem(), "nothing", ca.pem().substring(0, 100));

        assertThat(tls.mistakes())
                .extracting(TlsMistake::file, TlsMistake::path, TlsMistake::problem)
                .containsExactly(
                        tuple(TlsFile.CERTIFICATE, tls.certFile(), "holds no certificate"),
                        tuple(TlsFile.KEY, tls.keyFile(), "is not PEM: there is no \"-----BEGIN\" in it"),
                        tuple(
                                TlsFile.TRUSTED_CA,
                                tls.trustedCaFile().orElseThrow(),
                                "is cut: its last block has no end"));
    }

    @Test
    void shouldTellOfFilesInTheConfigurationsOwnMessageWhenItIsChecked() throws Exception {
        Path absent = folder.resolve("absent.pem");

        assertThatThrownBy(() -> TransportConfig.builder(new MemberId(1), new ClusterId(2))
                        .tls(PeerTls.of(absent, write("key.pem", "")))
                        .queue(0, 1)
                        .build())
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(
                        "certificate file " + absent + " is not there; expected a PEM file with this member's")
                .hasMessageContaining("key file " + folder.resolve("key.pem") + " is not PEM: ")
                .hasMessageContaining("queue messages is 0");
    }

    @Test
    void shouldSayWhatIsWrongWhenAKeyDoesNotBelongToTheCertificate() throws Exception {
        assertProblem(TestCa.pem(ca.issue("other", "127.0.0.1").key()), "holds another private key than that of the");
        assertProblem(
                TestCa.pem(keys("RSA", 2048).getPrivate()),
                "holds no private key for the certificate, whose key is EC");
        assertProblem(issued.certificatePem(), "holds no private keys");
        assertProblem(issued.keyPem() + issued.keyPem(), "holds 2 private keys");
        assertProblem(issued.keyPem().replaceFirst("M", "!"), "holds a PRIVATE KEY that is not Base64");
    }

    @Test
    void shouldSayHowToDecryptItWhenAKeyIsEncrypted() throws Exception {
        KeyPair rsa = keys("RSA", 2048);
        PEMEncryptor openssl = new JcePEMEncryptorBuilder("AES-256-CBC")
                .setProvider(new BouncyCastleProvider())
                .build("secret".toCharArray());
        String old = TestCa.pem(new JcaMiscPEMGenerator(rsa.getPrivate(), openssl));
        String pkcs8 = TestCa.pem(new JcaPKCS8Generator(
                issued.key(),
                new JceOpenSSLPKCS8EncryptorBuilder(PKCSObjectIdentifiers.pbeWithSHAAnd3_KeyTripleDES_CBC)
                        .setProvider(new BouncyCastleProvider())
                        .setRandom(new SecureRandom())
                        .setPassword("secret".toCharArray())
                        .build()));

        assertProblem(pkcs8, "is encrypted; decrypt it with: openssl pkey -in FILE -out FILE.plain");
        assertProblem(old, "is encrypted; decrypt it with: openssl pkey -in FILE -out FILE.plain");
    }

    private void assertProblem(String key, String problem) throws IOException {
        PeerTls tls = files(issued.certificatePem(), key, ca.pem());

        List<TlsMistake> mistakes = tls.mistakes();

        assertThat(mistakes).singleElement().satisfies(mistake -> {
            assertThat(mistake.file()).isEqualTo(TlsFile.KEY);
            assertThat(mistake.problem()).startsWith(problem);
        });
    }

    @Test
    void shouldSayThatItIsDamagedWhenACertificateIs() throws Exception {
        String damaged = issued.certificatePem().replaceFirst("-----\nMII.{20}", "-----\nMIIBAAAAAAAAAAAAAAAAAAA");

        assertThat(files(damaged, issued.keyPem(), ca.pem()).mistakes())
                .singleElement()
                .satisfies(
                        mistake -> assertThat(mistake.problem()).startsWith("holds a certificate that is damaged: "));
    }

    @Test
    void shouldRefuseItWhenAFolderOrAFileOfAnySizeIsGiven() throws Exception {
        Path large = write("large.pem", "x".repeat((1 << 20) + 1));

        assertThat(PeerTls.of(folder, large).mistakes())
                .extracting(TlsMistake::problem)
                .satisfiesExactly(
                        problem -> assertThat(problem).startsWith("cannot be read: "),
                        problem -> assertThat(problem).isEqualTo("has more than 1048576 bytes"));
    }

    @Test
    void shouldRefuseToAskForCertificatesWhenThereIsNoTrustedCa() {
        Path any = folder.resolve("any");

        assertThatThrownBy(() -> new PeerTls(any, any, Optional.empty(), true, AllowedPeers.ANY, Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there is no trusted CA file");
    }

    @Test
    void shouldRefuseToAllowSomeWhenNoCertificateIsAskedFor() {
        Path any = folder.resolve("any");

        assertThatThrownBy(() -> PeerTls.of(any, any).allowing(AllowedPeers.withCommonName("a", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("only some certificates are allowed, by CN [a, b] or host name []");
    }
}
