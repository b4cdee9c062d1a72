package dev.rafthttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MemberIdTest {
    @ParameterizedTest
    @CsvSource({
        "8e9e05c52164694d, 8e9e05c52164694d",
        "8E9E05C52164694D, 8e9e05c52164694d",
        "ffffffffffffffff, ffffffffffffffff",
        "1, 1",
        "0001, 1"
    })
    void shouldPrintAsEtcdDoesWhatItParsed(String hex, String printed) {
        assertThat(MemberId.parse(hex)).hasToString(printed);
        assertThat(ClusterId.parse(hex)).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "+1", "-1", "0x1", "g", " 1", "1 ", "12345678901234567", "１", "١"})
    void shouldRefuseWhatIsNotHexadecimalDigits(String text) {
        assertThatThrownBy(() -> MemberId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("member ID \"" + text + "\" is not 1 to 16 hexadecimal digits");
        assertThatThrownBy(() -> ClusterId.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cluster ID \"" + text + "\" is not 1 to 16 hexadecimal digits");
    }

    @Test
    void shouldRefuseZeroAsAMemberButNotAsACluster() {
        assertThatThrownBy(() -> MemberId.parse("0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("member ID is 0, which Raft keeps for \"no member\"");
        assertThat(ClusterId.parse("0")).hasToString("0");
    }

    @Test
    void shouldOrderAsUnsignedNumbers() {
        assertThat(new MemberId(-1)).isGreaterThan(new MemberId(1));
        assertThat(new MemberId(1)).isLessThan(new MemberId(2));
        assertThat(new MemberId(3)).isEqualByComparingTo(new MemberId(3));
    }
}
