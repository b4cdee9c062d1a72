package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Bodies that nobody should post: each gets an answer, and the sidecar lives on. */
class GarbageTest extends SidecarFixture {
    private static final int SILENCE_MILLIS = 60_000;

    /** The client writes until it has the answer, however long that takes, so the body never ends. */
    @Test
    void shouldAnswerABodyOfZeroesAtItsFirstFrameAndLiveOn() throws Exception {
        a();

        try (Socket client = new Socket(nodeA.getHost(), nodeA.getPort())) {
            client.setSoTimeout(SILENCE_MILLIS);
            Thread writer = new Thread(() -> writeZeroes(client), "zeroes");
            writer.setDaemon(true);
            writer.start();

            String answer = readAnswer(client.getInputStream());

            assertThat(answer).startsWith("HTTP/1.1 400 ").contains("offset 0");
            assertThat(writer.isAlive())
                    .as("whether the client was still writing")
                    .isTrue();
        }

        assertThat(get(nodeA.resolve("/healthz")).statusCode()).isEqualTo(200);
    }

    /** Until the connection is closed. */
    private void writeZeroes(Socket client) {
        byte[] zeroes = new byte[64 << 10];
        try {
            OutputStream out = client.getOutputStream();
            out.write(("POST /v1/messages HTTP/1.1\r\nHost: " + nodeA.getAuthority()
                            + "\r\nContent-Type: application/octet-stream\r\nContent-Length: " + Long.MAX_VALUE
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            while (true) {
                out.write(zeroes);
            }
        } catch (IOException closedByTheTest) {
            // It has read its answer, or fails because there is none.
        }
    }

    /** To the end of its JSON. */
    private static String readAnswer(InputStream in) throws IOException {
        StringBuilder answer = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '}') {
            answer.append((char) next);
            next = in.read();
        }
        return answer.toString();
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
}
