package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.rafthttp.fixture.LogLines;
import dev.rafthttp.fixture.ManualExecutor;
import dev.rafthttp.fixture.TestCa;
import dev.rafthttp.fixture.TestCa.Issued;
import dev.rafthttp.fixture.VirtualScheduler;
import dev.rafthttp.tls.PeerTls;
import dev.rafthttp.tls.TlsFilesException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TlsReloaderTest {
    private final VirtualScheduler scheduler = new VirtualScheduler();
    private final ManualExecutor executor = new ManualExecutor();
    private final TestCa ca = new TestCa("ca");
    private final LogLines log = LogLines.of(TlsReloader.class);
    private final List<SSLContext> contexts = new ArrayList<>();

    @TempDir
    private Path folder;

    private PeerTls files;
    private TlsReloader reloader;

    @BeforeEach
    void start() throws Exception {
        files = ca.mutual(folder, "member", "127.0.0.1");
        reloader = new TlsReloader(files, scheduler, executor);
        reloader.follow(contexts::add);
        reloader.start();
    }

    @AfterEach
    void close() {
        log.close();
    }

    /** Time for several checks. */
    private void pass() {
        for (int i = 0; i < 5; i++) {
            scheduler.advance(Duration.ofNanos(TlsReloader.INTERVAL_NANOS));
            executor.runAll();
        }
    }

    private List<String> errors() {
        return log.all().stream()
                .filter(event -> event.getLevel() == Level.ERROR)
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void write(Path file, String content) throws IOException {
        Files.writeString(file, content);
    }

    @Test
    void shouldGiveNoOtherContextWhenNothingChanges() throws Exception {
        write(files.certFile(), Files.readString(files.certFile()));

        pass();

        assertThat(contexts).hasSize(1);
        assertThat(log.all()).isEmpty();
    }

    @Test
    void shouldGiveOneNewContextWhenCertificateAndKeyChange() {
        ca.mutual(folder, "member", "127.0.0.1");

        pass();

        assertThat(contexts).hasSize(2).doesNotHaveDuplicates();
        assertThat(log.all())
                .singleElement()
                .satisfies(event -> assertThat(event.getFormattedMessage())
                        .startsWith("new connections use the certificate of CN=member"));
    }

    @Test
    void shouldGiveANewContextWhenALinkPointsElsewhere() throws Exception {
        // As Kubernetes mounts a secret: FILE -> ..data/FILE, and ..data, a link to a folder, is replaced.
        Path mounted = Files.createDirectory(folder.resolve("mounted"));
        for (String version : List.of("1", "2")) {
            ca.mutual(Files.createDirectory(mounted.resolve(version)), "m", "127.0.0.1");
        }
        Path data = Files.createSymbolicLink(mounted.resolve("..data"), Path.of("1"));
        for (String file : List.of("m.pem", "m.key", "m-ca.pem")) {
            Files.createSymbolicLink(mounted.resolve(file), Path.of("..data", file));
        }
        List<SSLContext> seen = new ArrayList<>();
        TlsReloader other = new TlsReloader(
                PeerTls.mutual(mounted.resolve("m.pem"), mounted.resolve("m.key"), mounted.resolve("m-ca.pem")),
                scheduler,
                executor);
        other.follow(seen::add);
        other.start();

        Files.delete(data);
        Files.createSymbolicLink(data, Path.of("2"));
        pass();

        assertThat(seen).hasSize(2);
    }

    @Test
    void shouldKeepTheOldOneAndComplainOnceWhenOnlyTheCertificateIsThereYet() throws Exception {
        Issued renewed = ca.issue("member", "127.0.0.1");
        write(files.certFile(), renewed.certificatePem());

        pass();

        assertThat(contexts).hasSize(1);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("key file " + files.keyFile() + " holds another private key than that of the certificate")
                .contains("the certificate in use stays");

        write(files.keyFile(), renewed.keyPem());
        pass();

        assertThat(contexts).hasSize(2);
        assertThat(errors()).hasSize(1);
    }

    @Test
    void shouldComplainAgainWhenFilesAreWrongAgain() throws Exception {
        String whole = Files.readString(files.certFile());
        write(files.certFile(), whole.substring(0, 50));
        pass();
        write(files.certFile(), whole);
        pass();
        Files.delete(files.certFile());
        pass();
        write(files.certFile(), whole);
        pass();
        Files.delete(files.certFile());
        pass();

        assertThat(contexts).hasSize(1);
        assertThat(errors())
                .satisfiesExactly(
                        line -> assertThat(line).contains("is cut"),
                        line -> assertThat(line).contains("is not there"),
                        line -> assertThat(line).contains("is not there"));
    }

    @Test
    void shouldReadNoMoreWhenItIsClosed() {
        ca.mutual(folder, "member", "127.0.0.1");

        reloader.close();
        pass();

        assertThat(contexts).hasSize(1);
        assertThat(scheduler.pending()).isZero();
    }

    @Test
    void shouldNameTheFileWhenItCannotBeReadAtFirst() throws Exception {
        Files.delete(files.keyFile());

        assertThatThrownBy(() -> new TlsReloader(files, scheduler, executor))
                .isInstanceOf(TlsFilesException.class)
                .hasMessageContaining("key file " + files.keyFile() + " is not there");
    }
}
