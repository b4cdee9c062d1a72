package dev.rafthttp.cluster;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of stores. Thread-safe. */
final class Http {
    /** Long enough for a cluster that is well, and short, so that a writer soon turns to one that is. */
    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    /** For a copy of everything. */
    private static final Duration LONG_TIMEOUT = Duration.ofSeconds(10);

    private final HttpClient client = HttpClient.newBuilder()
            .version(Version.HTTP_1_1)
            .connectTimeout(TIMEOUT)
            .followRedirects(Redirect.NORMAL)
            .build();

    HttpResponse<String> get(URI url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url).timeout(TIMEOUT));
    }

    /** For what may be long. */
    HttpResponse<String> getAll(URI url) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url).timeout(LONG_TIMEOUT));
    }

    HttpResponse<String> put(URI url, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(url).timeout(TIMEOUT).PUT(BodyPublishers.ofString(body)));
    }

    /** Posts JSON, and is answered with JSON. */
    JsonObject post(URI url, JsonObject body) throws IOException, InterruptedException {
        return json(send(HttpRequest.newBuilder(url).timeout(TIMEOUT).POST(BodyPublishers.ofString(body.toString()))));
    }

    /** As {@link #post}, for an answer that may be long. */
    JsonObject postForAll(URI url, JsonObject body) throws IOException, InterruptedException {
        return json(
                send(HttpRequest.newBuilder(url).timeout(LONG_TIMEOUT).POST(BodyPublishers.ofString(body.toString()))));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    /**
     * An answer's body.
     *
     * @throws IOException if the answer is an error
     */
    static JsonObject json(HttpResponse<String> answer) throws IOException {
        return JsonParser.parseString(ok(answer).body()).getAsJsonObject();
    }

    /**
     * The answer, if it is none of an error.
     *
     * @throws IOException if it is
     */
    static HttpResponse<String> ok(HttpResponse<String> answer) throws IOException {
        if (answer.statusCode() / 100 != 2) {
            throw new IOException(answer.uri() + " answered " + answer.statusCode() + ": "
                    + answer.body().strip());
        }
        return answer;
    }
}
