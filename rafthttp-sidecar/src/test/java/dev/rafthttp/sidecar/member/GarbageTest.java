package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies that nobody should post: each gets an answer, and the sidecar lives on. */
class GarbageTest extends SidecarFixture {
    private static final long GIB = 1L << 30;

    @Test
    void shouldAnswerABodyOfZeroesAtItsFirstFrameAndLiveOn() throws Exception {
        a();

        try {
            HttpResponse<String> answer = postZeroes();
            assertThat(answer.statusCode()).isEqualTo(400);
            assertThat(answer.body()).contains("offset 0");
        } catch (IOException hungUp) {
            // A client that goes on writing for longer than the sidecar bears may see the end of the connection first.
            assertThat(hungUp).hasMessageNotContaining("timed out");
        }

        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    private HttpResponse<String> postZeroes() throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(nodeA.resolve("/v1/messages"))
                        .timeout(LIMIT)
                        .header("Content-Type", "application/octet-stream")
                        .POST(BodyPublishers.ofInputStream(() -> new Zeroes(GIB)))
                        .build(),
                BodyHandlers.ofString());
    }

    @Test
    void shouldAnswerEveryKindOfGarbage() throws Exception {
        a();
        Random random = new Random(20261125);
        for (int i = 0; i < 200; i++) {
            byte[] garbage = new byte[1 + random.nextInt(5_000)];
            random.nextBytes(garbage);

            HttpResponse<String> answer = post(garbage);

            assertThat(answer.statusCode()).isIn(400, 413);
            assertThat(answer.body()).contains("\"error\":").contains("offset");
        }
        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    private static final class Zeroes extends InputStream {
        private long left;

        Zeroes(long count) {
            left = count;
        }

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int count = (int) Math.min(length, left);
            Arrays.fill(buffer, offset, offset + count, (byte) 0);
            left -= count;
            return count;
        }
    }
}
