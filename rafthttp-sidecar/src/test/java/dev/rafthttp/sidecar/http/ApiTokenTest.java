package dev.rafthttp.sidecar.http;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.LogLines;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.eclipse.jetty.server.Handler;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which requests have the token, how that is compared, and who may read its file. */
class ApiTokenTest {
    @TempDir
    Path folder;

    private Path file() throws IOException {
        return Files.writeString(folder.resolve("token"), "s3cret\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer s3cret", "bearer s3cret", "Bearer  s3cret "})
    void shouldTakeTheWholeToken(String authorization) throws Exception {
        assertThat(ApiToken.read(file()).isCarriedBy(authorization)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "Bearer",
                "Bearer ",
                "Bearer s",
                "Bearer s3cre",
                "Bearer s3cret2",
                "Bearer S3cret",
                "Bearer s3cr\u00e9t",
                "Bearer s3cret, Bearer s3cret",
                "Basic s3cret",
                "s3cret"
            })
    void shouldRefuseAnythingElse(String authorization) throws Exception {
        assertThat(ApiToken.read(file()).isCarriedBy(authorization)).isFalse();
    }

    /** A measured time would say nothing on a busy machine; the code does. */
    @Test
    void shouldCompareOnlyInConstantTime() {
        JavaClasses token = new ClassFileImporter().importClasses(ApiToken.class);

        classes()
                .should()
                .callMethod(MessageDigest.class, "isEqual", byte[].class, byte[].class)
                .check(token);
        noClasses()
                .should()
                .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
                .orShould()
                .callMethod(String.class, "equals", Object.class)
                .check(token);
    }

    private LogLines start(String mode) throws Exception {
        assumeTrue(
                FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
                "SKIPPED: files have no modes here");
        Path file = Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString(mode));
        LogLines lines = LogLines.of(ApiToken.class);
        try (ApiServer server =
                new ApiServer(FreeUrls.next(), Optional.of(ApiToken.read(file)), new Handler.Sequence())) {
            server.start();
        }
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r--r--", "rw-----w-", "rw-rw----", "rwxrwxrwx"})
    void shouldWarnWhenOthersMayUseItsFile(String mode) throws Exception {
        try (LogLines lines = start(mode)) {
            assertThat(lines.texts()).singleElement().asString().contains("has mode " + mode + ": expected at most");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-------", "r--------", "r--r-----", "rw-r-----"})
    void shouldNotWarnWhenItsFileIsPrivate(String mode) throws Exception {
        try (LogLines lines = start(mode)) {
            assertThat(lines.texts()).isEmpty();
        }
    }
}
