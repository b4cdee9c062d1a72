package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerVersionTest {
    @ParameterizedTest
    @CsvSource({
        "3.6.0, 3.6.0",
        "3.8.0-alpha.0, 3.8.0",
        "3.5.9+git, 3.5.9",
        "3.5.9-rc.1+git.4, 3.5.9",
        "999999999.0.12, 999999999.0.12"
    })
    void shouldReadWhatMembersAnnounce(String text, String version) {
        assertThat(ServerVersion.parse(text)).hasToString(version);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "3",
                "3.6",
                "3.6.",
                "v3.6.0",
                "3.6.0.1",
                "3.6.x",
                "-3.6.0",
                "3.6.0-",
                "3.6.0 ",
                "1000000000.0.0"
            })
    void shouldRefuseWhatIsNoVersion(String text) {
        assertThatThrownBy(() -> ServerVersion.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("version \"" + text + "\" is not of the form major.minor.patch");
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 0, major version number is -1",
        "0, -1, 0, minor version number is -1",
        "0, 0, -2147483648, patch version number is -2147483648",
        "2147483647, 0, 0, major version number is 2147483647",
        "3, 1000000000, 0, minor version number is 1000000000"
    })
    void shouldRefuseNumbersThatNoMemberCouldRead(int major, int minor, int patch, String mistake) {
        assertThatThrownBy(() -> new ServerVersion(major, minor, patch))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(mistake + ", not in 0 to 999999999");
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "3, 6, 0", "999999999, 999999999, 999999999"})
    void shouldReadWhatItPrints(int major, int minor, int patch) {
        ServerVersion version = new ServerVersion(major, minor, patch);
        assertThat(ServerVersion.parse(version.toString())).isEqualTo(version);
    }

    @ParameterizedTest
    @CsvSource({
        "2.9.0, 3.0.0, true",
        "3.0.0, 3.1.0, true",
        "3.1.0, 3.0.0, false",
        "4.0.0, 3.9.0, false",
        "3.4.1, 3.4.23, false",
        "3.4.23, 3.4.1, false",
        "3.9.0, 3.10.0, true"
    })
    void shouldCompareMajorAndMinorOnly(String version, String other, boolean before) {
        assertThat(ServerVersion.parse(version).isBefore(ServerVersion.parse(other)))
                .isEqualTo(before);
    }

    @Test
    void shouldTakeAMemberThatAnnouncesNoVersionForEtcd2() {
        assertThat(ServerVersion.UNANNOUNCED).hasToString("2.0.0");
    }
}
