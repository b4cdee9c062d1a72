package dev.rafthttp.sidecar.http;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;

/** Chooses the form of an answer by the request's {@code Accept}, as RFC 9110 has it in section 12.5.1. */
public final class Accepted {
    private static final Pattern QUALITY = Pattern.compile(";\\s*q\\s*=\\s*([01](\\.[0-9]{0,3})?)\\s*(;|$)");

    /** How exactly a range names a type: all types, all types of a kind, or this type. */
    private static final int ANY = 1;

    private static final int OF_KIND = 2;
    private static final int EXACT = 3;

    private Accepted() {}

    /**
     * Chooses among media types, the usual one first; empty if the request accepts none of them. A request without the header
     * accepts all.
     */
    public static Optional<String> of(Request request, String... offered) {
        List<String> ranges = request.getHeaders().getCSV(HttpHeader.ACCEPT, false);
        if (ranges.isEmpty()) {
            return Optional.of(offered[0]);
        }
        Optional<String> best = Optional.empty();
        double bestQuality = 0;
        for (String type : offered) {
            double quality = quality(type, ranges);
            if (quality > bestQuality) {
                best = Optional.of(type);
                bestQuality = quality;
            }
        }
        return best;
    }

    /** The quality of the range that names the type most exactly; 0 if no range names it. */
    private static double quality(String type, List<String> ranges) {
        int most = 0;
        double quality = 0;
        for (String range : ranges) {
            String lower = range.toLowerCase(Locale.ROOT);
            int says = says(lower.replaceFirst(";.*", "").strip(), type);
            if (says > most) {
                most = says;
                Matcher given = QUALITY.matcher(lower);
                quality = given.find() ? Double.parseDouble(given.group(1)) : 1;
            }
        }
        return quality;
    }

    private static int says(String range, String type) {
        if (range.equals(type)) {
            return EXACT;
        }
        if (range.equals(type.replaceFirst("/.*", "/*"))) {
            return OF_KIND;
        }
        return range.equals("*/*") ? ANY : 0;
    }
}
