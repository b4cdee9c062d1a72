package dev.rafthttp.sidecar.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MimeTypes;
import org.eclipse.jetty.server.Request;
import org.jspecify.annotations.Nullable;

/** Reads what a request says that its body is: {@code Content-Type} and {@code Content-Encoding}. */
public final class BodyType {
    private BodyType() {}

    /**
     * Checks that a body is of one of the types that are taken there, and is not encoded.
     *
     * @param taken media types, at least one; the first is what a body without a {@code Content-Type} is
     * @return which one it is
     * @throws RefusedRequestException naming the value and what is expected
     */
    public static String check(Request request, String... taken) {
        String expected = String.join(" or ", taken);
        Optional<String> encoding = encoding(request);
        if (encoding.isPresent()) {
            throw RefusedRequestException.unsupported(
                    "Content-Encoding " + encoding.get() + ": expected " + expected + " as it is, not encoded");
        }
        List<String> given = request.getHeaders().getValuesList(HttpHeader.CONTENT_TYPE);
        if (given.isEmpty()) {
            return taken[0];
        }
        String type = String.valueOf(given.get(0));
        String bare = type.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
        @Nullable String charset = MimeTypes.getCharsetFromContentType(type);
        boolean isUtf8 = charset == null || charset.equalsIgnoreCase("utf-8");
        if (given.size() > 1 || !List.of(taken).contains(bare) || !isUtf8) {
            throw RefusedRequestException.unsupported("Content-Type " + String.join(", ", given) + ": expected "
                    + expected + (isUtf8 ? "" : ", in UTF-8"));
        }
        return bare;
    }

    /** How a body is encoded; empty if it is as it is. */
    public static Optional<String> encoding(Request request) {
        return request.getHeaders().getFields(HttpHeader.CONTENT_ENCODING).stream()
                .map(HttpField::getValue)
                .map(String::valueOf)
                .filter(value -> !value.strip().equalsIgnoreCase("identity"))
                .findFirst();
    }
}
