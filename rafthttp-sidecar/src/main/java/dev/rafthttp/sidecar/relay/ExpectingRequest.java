package dev.rafthttp.sidecar.relay;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpHeaderValue;
import org.eclipse.jetty.server.Request;

/** A request that waits with its body until the next hop wants it, so that a refusal comes back before it is sent. */
final class ExpectingRequest extends Request.Wrapper {
    private final HttpFields headers;

    ExpectingRequest(Request request) {
        super(request);
        headers = HttpFields.build(request.getHeaders())
                .put(HttpHeader.EXPECT, HttpHeaderValue.CONTINUE.asString())
                .asImmutable();
    }

    @Override
    public HttpFields getHeaders() {
        return headers;
    }
}
