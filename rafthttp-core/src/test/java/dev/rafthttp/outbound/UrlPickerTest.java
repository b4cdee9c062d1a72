package dev.rafthttp.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;

class UrlPickerTest {
    private static final URI A = URI.create("http://a:2380");
    private static final URI B = URI.create("http://b:2380");
    private static final URI C = URI.create("http://c:2380");

    private final UrlPicker picker = new UrlPicker(List.of(A, B, C));

    @Test
    void shouldPickTheSameUrlUntilItFails() {
        assertThat(picker.pick()).isEqualTo(A);
        assertThat(picker.pick()).isEqualTo(A);
    }

    @Test
    void shouldPickTheNextInTurnWhenTheUrlFails() {
        picker.unreachable(A);
        assertThat(picker.pick()).isEqualTo(B);
        picker.unreachable(B);
        assertThat(picker.pick()).isEqualTo(C);
        picker.unreachable(C);
        assertThat(picker.pick()).isEqualTo(A);
    }

    @Test
    void shouldTurnOnceWhenSeveralDialsOfOneUrlFail() {
        picker.unreachable(A);
        picker.unreachable(A);

        assertThat(picker.pick()).isEqualTo(B);
    }

    @Test
    void shouldReachTheThirdUrlWhenTheFirstTwoAreTheSame() {
        UrlPicker repeated = new UrlPicker(List.of(A, A, B));

        repeated.unreachable(A);
        repeated.unreachable(A);

        assertThat(repeated.pick()).isEqualTo(B);
    }

    @Test
    void shouldPickTheFirstOfTheNewUrlsWhenUpdated() {
        picker.unreachable(A);

        picker.update(List.of(C, A));

        assertThat(picker.pick()).isEqualTo(C);
        assertThat(picker.urls()).containsExactly(C, A);
    }

    @Test
    void shouldKeepTheUrlsWhenAnUpdateIsRefused() {
        assertThatThrownBy(() -> picker.update(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a peer needs at least one URL");
        assertThatThrownBy(() -> picker.update(List.of(URI.create("ftp://a:21"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"ftp://a:21\"");

        assertThat(picker.urls()).containsExactly(A, B, C);
    }
}
