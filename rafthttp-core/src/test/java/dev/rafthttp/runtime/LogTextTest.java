package dev.rafthttp.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LogTextTest {
    @Test
    void shouldBeOneLineWithoutCommandsWhateverAStrangerWrites() {
        for (String control : new String[] {"\r\n", "\t", "\u001b", "\u007f", "\u0085", "\u009b", "\u2028", "\u202e"}) {
            assertThat(LogText.oneLine("a" + control + "b")).isEqualTo("a b");
        }
    }

    @Test
    void shouldLeaveWhatIsNoControl() {
        assertThat(LogText.oneLine("ä → 本 ~")).isEqualTo("ä → 本 ~");
    }
}
