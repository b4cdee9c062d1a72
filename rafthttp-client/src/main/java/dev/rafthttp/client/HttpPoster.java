package dev.rafthttp.client;

import dev.rafthttp.MemberId;
import dev.rafthttp.PeerUnreachableException;
import dev.rafthttp.Protocol;
import dev.rafthttp.outbound.Poster;
import dev.rafthttp.raftpb.Message;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.client.BufferingResponseListener;
import org.eclipse.jetty.client.BytesRequestContent;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.Result;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;

/** Posts messages to one peer's {@code /raft}. */
final class HttpPoster implements Poster {
    /** etcd's {@code ConnReadTimeout}: a connection that is silent for longer counts as dead. */
    private static final long IDLE_TIMEOUT_SECONDS = 5;

    private static final int MAX_ANSWER_BYTES = 64 << 10;

    private final HttpClient http;
    private final RequestHeaders headers;
    private final MemberId peer;

    HttpPoster(HttpClient http, RequestHeaders headers, MemberId peer) {
        this.http = http;
        this.headers = headers;
        this.peer = peer;
    }

    @Override
    public void post(URI base, Message message, Outcome outcome) {
        if (!http.isRunning()) {
            outcome.failed(new PeerUnreachableException("nothing is posted to peer " + peer + " at " + base
                    + " before the transport is started, or after it is closed"));
            return;
        }
        http.newRequest(base)
                .method(HttpMethod.POST)
                .path(Protocol.PIPELINE_PATH)
                .headers(headers)
                .idleTimeout(IDLE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
                // At this event Jetty has a connection, and writes next.
                .onRequestBegin(request -> outcome.begun())
                .body(new BytesRequestContent(Protocol.PROTOBUF, message.toByteArray()))
                .send(new BufferingResponseListener(MAX_ANSWER_BYTES) {
                    @Override
                    public void onComplete(Result result) {
                        Response response = result.getResponse();
                        boolean taken = response.getStatus() == HttpStatus.NO_CONTENT_204;
                        // If a peer refuses before it has read the whole body, the request fails, but the refusal
                        // counts.
                        if (result.getResponseFailure() != null || taken && result.isFailed()) {
                            outcome.failed(result.getFailure());
                        } else if (taken) {
                            outcome.delivered();
                        } else {
                            outcome.refused(RefusedAnswer.ofPost(
                                    peer, base, response, getContentAsString(StandardCharsets.UTF_8)));
                        }
                    }
                });
    }
}
