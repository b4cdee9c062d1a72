package dev.rafthttp.sidecar.json;

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
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;

/** Reads JSON by RFC 8259, and says in its own words where it is wrong: the parser's words are about its classes and web pages. */
public final class StrictJson {
    private StrictJson() {}

    /**
     * Reads one value. Refuses an object that has a name twice, because one of the two values would be lost.
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
        JsonReader reader = strict(text);
        JsonElement value;
        try {
            value = JsonParser.parseReader(reader);
            if (reader.peek() == JsonToken.END_DOCUMENT) {
                checkNames(strict(text));
                return value;
            }
        } catch (IOException | JsonParseException | IllegalStateException e) {
            throw new IllegalArgumentException("no JSON: it is wrong at or behind " + reader.getPath(), e);
        }
        throw new IllegalArgumentException("no JSON: there is more behind the first value");
    }

    private static JsonReader strict(String text) {
        JsonReader reader = new JsonReader(new StringReader(text));
        reader.setStrictness(Strictness.STRICT);
        return reader;
    }

    /** The parser itself keeps the last value of a name, and reports nothing. */
    private static void checkNames(JsonReader reader) throws IOException {
        Deque<Set<String>> objects = new ArrayDeque<>();
        for (JsonToken next = reader.peek(); next != JsonToken.END_DOCUMENT; next = reader.peek()) {
            switch (next) {
                case BEGIN_OBJECT -> {
                    reader.beginObject();
                    objects.push(new HashSet<>());
                }
                case END_OBJECT -> {
                    reader.endObject();
                    objects.pop();
                }
                case BEGIN_ARRAY -> reader.beginArray();
                case END_ARRAY -> reader.endArray();
                case NAME -> {
                    String name = reader.nextName();
                    if (!objects.element().add(name)) {
                        throw new IllegalArgumentException("ambiguous: it has " + reader.getPath() + " twice");
                    }
                }
                default -> reader.skipValue();
            }
        }
    }
}
