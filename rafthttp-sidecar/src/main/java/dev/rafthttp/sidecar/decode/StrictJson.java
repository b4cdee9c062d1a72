package dev.rafthttp.sidecar.decode;

import com.google.gson.JsonElement;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import com.google.gson.Strictness;
import com.google.gson.stream.JsonReader;
import com.google.gson.stream.JsonToken;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads JSON as RFC 8259 has it, and says in words of ours where it is wrong: the parser's are of its classes and web pages. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads one value.
     *
     * @param utf8 the value, with nothing but white space around it
     * @throws IllegalArgumentException saying what it is not, and where
     */
    public static JsonElement parse(ByteBuffer utf8) {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(utf8).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("no UTF-8", e);
        }
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        JsonElement value;
        try {
            value = JsonParser.parseReader(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT) {
                return value;
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException("no JSON: it is wrong at or behind " + reader.getPath(), e);
        }
        throw new IllegalArgumentException("no JSON: there is more behind the first value");
    }
}
