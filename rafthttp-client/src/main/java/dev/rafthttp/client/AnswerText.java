package dev.rafthttp.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The text of a refusal, collected from bytes cut anywhere. Used only by the thread that reads the answer. */
final class AnswerText {
    /**
     * A refusal of a member is shorter. A longer text, of a proxy for example, ends with the piece that exceeds this.
     */
    private static final int MAX_CHARACTERS = 1024;

    private String text = "";

    void add(ByteBuffer content) {
        if (text.length() < MAX_CHARACTERS) {
            text += StandardCharsets.UTF_8.decode(content);
        }
    }

    @Override
    public String toString() {
        return text;
    }
}
