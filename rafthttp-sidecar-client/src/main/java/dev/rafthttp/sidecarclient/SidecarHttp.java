package dev.rafthttp.sidecarclient;

import dev.rafthttp.ClusterId;
import dev.rafthttp.MemberId;
import dev.rafthttp.UrlHost;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP to the one sidecar of a member, over TCP or a Unix socket. Thread-safe, but started and closed once, by one thread. */
final class SidecarHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarHttp.class);

    private static final String STATUS_PATH = "/v1/status";
    /** The sidecar is on the same machine: after this long it does not answer at all. */
    private static final long ANSWER_SECONDS = 5;

    private static final String NO_ANSWER = "no answer within " + ANSWER_SECONDS + " s";

    /** A selector, and a few that take what comes on three connections. */
    private static final int THREADS = 8;

    private static final int MAX_REFUSAL_BYTES = 4 << 10;

    private final URI sidecar;
    private final UnaryOperator<Request> address;
    private final MemberId member;
    private final ClusterId cluster;
    private final HttpClient http;

    /**
     * @param member who the sidecar must be
     * @throws IllegalArgumentException if {@code sidecar} is no {@link SidecarAddress}
     */
    SidecarHttp(URI sidecar, MemberId member, ClusterId cluster) {
        this.sidecar = sidecar;
        address = SidecarAddress.socket(sidecar)
                .<UnaryOperator<Request>>map(socket -> request -> request.transport(new Transport.TCPUnix(socket)))
                .orElseGet(() -> {
                    UrlHost host = SidecarAddress.host(sidecar);
                    return request -> request.host(host.name()).port(host.port());
                });
        this.member = member;
        this.cluster = cluster;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("sidecar-http");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(threads);
        http.setConnectTimeout(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS));
        // Nothing may pass for hours.
        http.setIdleTimeout(0);
    }

    void start() {
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client cannot be started", e);
        }
    }

    /** A request that is not sent yet. */
    Request request(HttpMethod method, String path) {
        // As the URL's host, Jetty's client would refuse those that only UrlHost knows for such.
        return address.apply(http.newRequest("http://localhost" + path)).method(method);
    }

    /**
     * Asks the sidecar who and how it is.
     *
     * @throws WrongSidecarException if it is another member's
     * @throws IOException if there is no answer
     */
    SidecarStatus status() throws IOException, InterruptedException, WrongSidecarException {
        ContentResponse answer;
        try {
            answer = request(HttpMethod.GET, STATUS_PATH)
                    .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .send();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException(NO_ANSWER, e);
        }
        if (answer.getStatus() != HttpStatus.OK_200) {
            throw refused(answer.getStatus(), answer.getContentAsString());
        }
        SidecarStatus status = SidecarStatus.parse(answer.getContentAsString());
        if (!status.member().equals(member) || !status.cluster().equals(cluster)) {
            throw new WrongSidecarException("the sidecar at " + sidecar + " is that of member " + status.member()
                    + " in cluster " + status.cluster() + ": expected member " + member + " in cluster " + cluster);
        }
        return status;
    }

    /** An answer that lasts. */
    record LongAnswer(Request request, InputStream body) implements AutoCloseable {
        /** Hangs up. */
        @Override
        public void close() {
            request.abort(new InterruptedIOException("no more is read"));
        }
    }

    /**
     * Sends a {@code GET} whose answer lasts; returns with its head.
     *
     * @throws IOException if there is none, or it is no 200
     */
    LongAnswer get(String path, Consumer<HttpFields.Mutable> headers) throws IOException, InterruptedException {
        Request request = request(HttpMethod.GET, path).headers(headers);
        InputStreamResponseListener listener = new InputStreamResponseListener();
        request.send(listener);
        LongAnswer answer = new LongAnswer(request, listener.getInputStream());
        try {
            awaitHead(listener, answer.body());
            return answer;
        } catch (IOException | InterruptedException e) {
            answer.close();
            throw e;
        }
    }

    private static void awaitHead(InputStreamResponseListener answer, InputStream body)
            throws IOException, InterruptedException {
        try {
            Response head = answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
            if (head.getStatus() != HttpStatus.OK_200) {
                byte[] refusal = body.readNBytes(MAX_REFUSAL_BYTES);
                throw refused(head.getStatus(), new String(refusal, StandardCharsets.UTF_8));
            }
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException(NO_ANSWER, e);
        }
    }

    /** What to throw for an answer that is no 200. */
    static IOException refused(int status, String body) {
        return new IOException("it answered " + status + ": " + body.strip());
    }

    @Override
    public void close() {
        try {
            http.stop();
        } catch (Exception e) {
            LOG.warn("the HTTP client did not stop cleanly", e);
        }
    }

    /** The sidecar's address. */
    @Override
    public String toString() {
        return sidecar.toString();
    }
}
