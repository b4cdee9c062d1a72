package dev.rafthttp.client;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's head as it stood on the wire.
 *
 * @param requestLine its first line
 * @param fields the others, as {@code Name: value}
 */
record RequestHead(String requestLine, List<String> fields) {

    /** Reads one head; null if the connection ended before it began. */
    static @Nullable RequestHead read(InputStream in) throws IOException {
        String first = line(in);
        if (first == null) {
            return null;
        }
        List<String> fields = new ArrayList<>();
        for (String field = line(in); field == null || !field.isEmpty(); field = line(in)) {
            if (field == null) {
                throw new EOFException("the connection ended within the head of " + first);
            }
            fields.add(field);
        }
        return new RequestHead(first, List.copyOf(fields));
    }

    /** Reads to the next CRLF; null if there is nothing more. */
    static @Nullable String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int read = in.read(); read >= 0; read = in.read()) {
            if (read == '\n') {
                return line.substring(0, line.length() - 1);
            }
            line.append((char) read);
        }
        return line.isEmpty() ? null : line.toString();
    }

    /** The fields, with a word for the instance, which is another one for each transport. */
    List<String> knownFields() {
        return fields.stream()
                .map(field -> field.replaceFirst("(X-Rafthttp-Instance: )[0-9a-f-]{36}$", "$1(a UUID)"))
                .toList();
    }

    /** The values of a field. */
    List<String> all(String name) {
        String prefix = name + ": ";
        return fields.stream()
                .filter(field -> field.regionMatches(true, 0, prefix, 0, prefix.length()))
                .map(field -> field.substring(prefix.length()))
                .toList();
    }

    /** Reads the body that this head announces with {@code Content-Length}. */
    byte[] readBody(InputStream in) throws IOException {
        List<String> length = all("Content-Length");
        return in.readNBytes(length.isEmpty() ? 0 : Integer.parseInt(length.get(0)));
    }

    /** Reads the data of one chunk; null at the last one, or at the end of the connection. */
    static byte @Nullable [] readChunk(InputStream in) throws IOException {
        String size = line(in);
        if (size == null) {
            return null;
        }
        int length = Integer.parseInt(size, 16);
        byte[] data = in.readNBytes(length);
        line(in);
        return length == 0 || data.length < length ? null : data;
    }

    static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
