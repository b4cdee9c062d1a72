package dev.rafthttp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.client.Request;
import org.junit.jupiter.api.Test;

class AbortableRequestTest {
    private static final IOException FIRST = new IOException("first");
    private static final IOException SECOND = new IOException("second");

    private final List<String> calls = new ArrayList<>();
    private Runnable whileSending = () -> {};
    private final AbortableRequest request = new AbortableRequest(scripted());

    /** Notes what it is told; of Jetty's interface no more is called here. */
    private Request scripted() {
        return (Request) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Request.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("send")) {
                        calls.add("send");
                        whileSending.run();
                        calls.add("sent");
                        return null;
                    }
                    calls.add(method.getName() + " " + ((Throwable) arguments[0]).getMessage());
                    return null;
                });
    }

    @Test
    void shouldAbortAtOnceWhenItHasBeenSent() {
        request.send(result -> {});

        request.abort(FIRST);

        assertThat(calls).containsExactly("send", "sent", "abort first");
    }

    @Test
    void shouldAbortAfterItHasBeenSentWhenItIsAbortedMeanwhile() {
        whileSending = () -> request.abort(FIRST);

        request.send(result -> {});

        assertThat(calls).containsExactly("send", "sent", "abort first");
    }

    @Test
    void shouldStillEndTheExchangeWhenItWasAbortedBefore() {
        request.abort(FIRST);

        request.send(result -> {});

        assertThat(calls).containsExactly("send", "sent", "abort first");
    }

    @Test
    void shouldAbortOnceWhenItIsAbortedAgain() {
        request.send(result -> {});

        request.abort(FIRST);
        request.abort(SECOND);

        assertThat(calls).containsExactly("send", "sent", "abort first");
    }
}
