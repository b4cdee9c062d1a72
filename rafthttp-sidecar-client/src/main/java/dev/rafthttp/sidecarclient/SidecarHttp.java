package dev.rafthttp.sidecarclient;

import dev.rafthttp.UrlHost;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.InputStreamResponseListener;
import org.eclipse.jetty.client.Request;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.io.Transport;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HTTP to one sidecar or relay, over TCP or a Unix socket, for everything that {@link SidecarClient} does not do.
 *
 * <p>Started and closed once, by one thread; the rest is thread-safe. At most eight threads, daemons, carry the requests.
 */
public final class SidecarHttp implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SidecarHttp.class);

    /** The sidecar is on the same machine, and answers much sooner if it answers at all. */
    private static final long ANSWER_SECONDS = 5;

    private static final String NO_ANSWER = "no answer within " + ANSWER_SECONDS + " s";

    /** A selector, and a few threads that read three connections. */
    private static final int THREADS = 8;

    private static final int MAX_REFUSAL_BYTES = 4 << 10;

    private final URI sidecar;
    private final UnaryOperator<Request> address;
    private final Optional<String> token;
    private final HttpClient http;

    /**
     * Prepares a client; nothing is connected yet.
     *
     * @param sidecar {@code http://HOST:PORT} or {@code unix:/PATH}
     * @param token the bearer token that every request carries, if there is one
     * @throws IllegalArgumentException if {@code sidecar} is of another form
     */
    public SidecarHttp(URI sidecar, Optional<String> token) {
        this.sidecar = sidecar;
        this.token = token;
        address = SidecarAddress.socket(sidecar)
                .<UnaryOperator<Request>>map(socket -> request -> request.transport(new Transport.TCPUnix(socket)))
                .orElseGet(() -> {
                    UrlHost host = SidecarAddress.host(sidecar);
                    return request -> request.host(host.name()).port(host.port());
                });
        QueuedThreadPool threads = new QueuedThreadPool(THREADS);
        threads.setName("sidecar-http");
        threads.setDaemon(true);
        ClientConnector connector = new ClientConnector();
        connector.setSelectors(1);
        connector.setExecutor(threads);
        http = new HttpClient(new HttpClientTransportOverHTTP(connector));
        http.setExecutor(threads);
        http.setConnectTimeout(TimeUnit.SECONDS.toMillis(ANSWER_SECONDS));
        // A long request may be idle for hours.
        http.setIdleTimeout(0);
    }

    /** Starts the threads. */
    public void start() {
        try {
            http.start();
        } catch (Exception e) {
            throw new IllegalStateException("the HTTP client cannot be started", e);
        }
    }

    /** A request that is not sent yet. */
    Request request(HttpMethod method, String path) {
        // As the URL's host, Jetty's client would refuse those that only UrlHost knows for such.
        Request request =
                address.apply(http.newRequest("http://localhost" + path)).method(method);
        token.ifPresent(known -> request.headers(headers -> headers.put(HttpHeader.AUTHORIZATION, "Bearer " + known)));
        return request;
    }

    /**
     * Sends a request without a body, and waits for the whole answer, for at most 5 s.
     *
     * @throws IOException if there is none
     */
    ContentResponse ask(HttpMethod method, String path) throws IOException, InterruptedException {
        try {
            return request(method, path)
                    .timeout(ANSWER_SECONDS, TimeUnit.SECONDS)
                    .send();
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        } catch (TimeoutException e) {
            throw new IOException(NO_ANSWER, e);
        }
    }

    /**
     * Sends a {@code GET}; returns with the head of its answer, after at most 5 s.
     *
     * @param path with its query, if it has one
     * @param headers of the request, by name
     * @return the body, which may last for weeks. Any thread may close it, which ends the connection and a read that is under way
     * @throws IOException if there is no answer, or its status is not 200
     */
    public InputStream get(String path, Map<String, String> headers) throws IOException, InterruptedException {
        Request request = request(HttpMethod.GET, path).headers(fields -> headers.forEach(fields::put));
        InputStreamResponseListener listener = new InputStreamResponseListener();
        request.send(listener);
        Answer answer = new Answer(request, listener.getInputStream());
        try {
            awaitHead(listener, answer);
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

    /** The exception for an answer with an unexpected status. */
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

    /** A body that may last. */
    private static final class Answer extends FilterInputStream {
        private final Request request;

        Answer(Request request, InputStream body) {
            super(body);
            this.request = request;
        }

        /** Ends the connection. */
        @Override
        public void close() {
            request.abort(new InterruptedIOException("no more is read"));
        }
    }
}
