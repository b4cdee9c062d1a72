package dev.rafthttp.client;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** What a peer says when it refuses, from bytes cut anywhere. Belongs to the thread that reads the answer. */
final class AnswerText {
    /** No refusal is longer; what else may answer, a proxy say, is cut here or a piece later. */
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
