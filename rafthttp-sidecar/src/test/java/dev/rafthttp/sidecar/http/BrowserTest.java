package dev.rafthttp.sidecar.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.fixture.LogLines;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real browser shows a page that sends to the API what a page may send without leave: simple requests. */
class BrowserTest {
    private static final String BROWSER = "chromium";

    private final URI url = FreeUrls.next();
    private final Queue<String> reached = new ConcurrentLinkedQueue<>();
    private final CountDownLatch done = new CountDownLatch(1);
    private HttpServer pages;

    @TempDir
    Path folder;

    private final Handler api = new Handler.Abstract() {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            reached.add(request.getMethod() + " " + Request.getPathInContext(request));
            // With 204, a frame would stay as it is, and never tell that it has the answer.
            response.setStatus(200);
            response.write(true, BufferUtil.EMPTY_BUFFER, callback);
            return true;
        }
    };

    @BeforeEach
    void start() throws IOException {
        assumeTrue(
                Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                        .anyMatch(each -> Files.isExecutable(Path.of(each, BROWSER))),
                "SKIPPED: chromium is not on the PATH; Debian's chromium has it");
        pages = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        byte[] page = page().getBytes(StandardCharsets.UTF_8);
        pages.createContext("/page", exchange -> {
            exchange.getResponseHeaders().add("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        pages.createContext("/done", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
            done.countDown();
        });
        pages.start();
    }

    @AfterEach
    void close() {
        if (pages != null) {
            pages.stop(0);
        }
    }

    /** Tells when the browser has an answer to each of the three, whatever it is. */
    private String page() {
        return """
                <iframe name="frame"></iframe>
                <form method="post" action="API/v1/form" target="frame" enctype="text/plain"><input name="a"></form>
                <script>
                const image = new Promise(ended => {
                  const each = new Image();
                  each.onload = each.onerror = ended;
                  each.src = "API/v1/image";
                });
                const text = fetch("API/v1/fetch", {method: "POST", mode: "no-cors", body: "{}"}).catch(() => {});
                const form = new Promise(ended => {
                  document.querySelector("form").submit();
                  document.querySelector("iframe").onload = ended;
                });
                Promise.all([image, text, form]).then(() => fetch("/done"));
                </script>
                """.replace("API", url.toString());
    }

    private void browse() throws Exception {
        Process browser = new ProcessBuilder(
                        BROWSER,
                        "--headless=new",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-dev-shm-usage",
                        "--no-first-run",
                        "--disable-background-networking",
                        "--user-data-dir=" + folder.resolve("profile"),
                        // Another site than the API's, although it is the same machine.
                        "http://localhost:" + pages.getAddress().getPort() + "/page")
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("browser.log").toFile())
                .start();
        try {
            assertThat(done.await(60, TimeUnit.SECONDS))
                    .as(() -> "the page ends; the browser says " + log())
                    .isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly().waitFor();
        }
    }

    private String log() {
        try {
            return Files.readString(folder.resolve("browser.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Test
    void shouldKeepAPageFromTheApi() throws Exception {
        try (ApiServer server = new ApiServer(url, Optional.empty(), api);
                LogLines refusals = LogLines.of(RefusalLog.class)) {
            server.start();

            browse();

            assertThat(reached).isEmpty();
            assertThat(refusals.texts()).anyMatch(line -> line.contains("is refused with 403"));
        }
    }

    /** So that the test above knows that such a page would do harm. */
    @Test
    void shouldSeeAllThreeRequestsWhereNothingGuardsTheApi() throws Exception {
        try (ApiServer server = new ApiServer(url, api, Duration.ofSeconds(1))) {
            server.start();

            browse();

            assertThat(reached).contains("GET /v1/image", "POST /v1/fetch", "POST /v1/form");
        }
    }
}
