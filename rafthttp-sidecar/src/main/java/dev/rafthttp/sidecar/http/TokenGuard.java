package dev.rafthttp.sidecar.http;

import java.util.Set;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * Refuses requests without the token, {@code Authorization: Bearer …} of RFC 6750. Requests for the health need no token, because
 * programs that watch processes have none.
 */
final class TokenGuard extends Handler.Wrapper {
    /** Paths that need no token. */
    private static final Set<String> PUBLIC = Set.of("/healthz", "/readyz");

    private final ApiToken token;

    TokenGuard(ApiToken token, Handler api) {
        super(api);
        this.token = token;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        if (PUBLIC.contains(Request.getPathInContext(request))
                || token.isCarriedBy(request.getHeaders().get(HttpHeader.AUTHORIZATION))) {
            return super.handle(request, response, callback);
        }
        response.getHeaders().put(HttpHeader.WWW_AUTHENTICATE, "Bearer");
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        RefusedBody.refuse(
                request,
                response,
                callback,
                HttpStatus.UNAUTHORIZED_401,
                "expected \"Authorization: Bearer TOKEN\" with the token in the file of --node-token-file");
        return true;
    }
}
