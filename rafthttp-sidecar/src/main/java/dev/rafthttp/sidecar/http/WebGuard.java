package dev.rafthttp.sidecar.http;

import dev.rafthttp.UrlHost;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Keeps web pages away from an API. A browser on the API's machine sends it whatever requests a page asks for, and a
 * request without the page's own headers needs nobody's leave. Such a request could remove a peer, or take the messages
 * of the node.
 *
 * <p>A browser names the page's origin in {@code Origin} or {@code Sec-Fetch-Site}. One that does neither, and a page
 * whose host name was made to lead to loopback, are known by {@code Host}: the page's name, and not the API's.
 */
final class WebGuard extends Handler.Wrapper {
    private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

    /** From the API itself, or from nowhere: an address that a person typed. */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    /** Jetty writes an IPv6 address in full if the request names no host. */
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|(0:){7}1)]?");

    private final boolean isLocal;
    private final boolean hasOrigin;
    private final String ownHost;

    /**
     * @param isLocal whether the API is for its machine only, so that nobody calls it by another name
     * @param hasOrigin whether a browser can reach the API itself, so that an origin can be the API's own
     */
    private WebGuard(Handler api, boolean isLocal, boolean hasOrigin, String ownHost) {
        super(api);
        this.isLocal = isLocal;
        this.hasOrigin = hasOrigin;
        this.ownHost = ownHost;
    }

    /** For an API on loopback: whoever calls it names its host, or loopback. */
    static WebGuard onLoopback(URI listen, Handler api) {
        return new WebGuard(api, true, true, lower(UrlHost.of(listen).name()));
    }

    /** For an API that has a token, and may therefore be called by any name. */
    static WebGuard anywhere(Handler api) {
        return new WebGuard(api, false, true, "");
    }

    /** For an API at a Unix socket, which has no name and no origin. */
    static WebGuard atSocket(Handler api) {
        return new WebGuard(api, false, false, "");
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String mistake = mistake(request);
        if (mistake == null) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        RefusedBody.refuse(request, response, callback, HttpStatus.FORBIDDEN_403, mistake);
        return true;
    }

    private @Nullable String mistake(Request request) {
        String host = lower(Request.getServerName(request));
        if (isLocal && !host.equals(ownHost) && !LOOPBACK.matcher(host).matches()) {
            return "Host \"" + host + "\": expected localhost, an address on loopback, or the host of --listen-node";
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        if (origin != null && !(hasOrigin && lower(origin).equals("http://" + lower(authority(request))))) {
            return "Origin \"" + origin + "\": expected none, since web pages may not use the API";
        }
        String site = request.getHeaders().get(SEC_FETCH_SITE);
        if (site != null && !OWN_SITES.contains(lower(site))) {
            return SEC_FETCH_SITE + " \"" + site + "\": expected none, since web pages may not use the API";
        }
        return null;
    }

    private static String authority(Request request) {
        return String.valueOf(request.getHeaders().get(HttpHeader.HOST));
    }

    private static String lower(String text) {
        return text.toLowerCase(Locale.ROOT);
    }
}
