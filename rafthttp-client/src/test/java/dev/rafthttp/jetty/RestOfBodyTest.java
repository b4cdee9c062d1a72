package dev.rafthttp.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.content.AsyncContent;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RestOfBodyTest {
    private final Scheduler scheduler = new ScheduledExecutorScheduler("test", true);
    private final Callback.Completable exchange = new Callback.Completable();

    @BeforeEach
    void start() throws Exception {
        scheduler.start();
    }

    @AfterEach
    void stop() throws Exception {
        scheduler.stop();
    }

    private Callback lingering(HttpFields request, HttpFields.Mutable answer, AsyncContent body) {
        return RestOfBody.lingering(request, answer, body, Runnable::run, scheduler, exchange);
    }

    @Test
    void shouldEndTheExchangeAtTheEndOfTheBodyWhenTheAnswerIsWritten() throws Exception {
        HttpFields.Mutable answer = HttpFields.build();
        try (AsyncContent body = new AsyncContent()) {
            HttpFields request = HttpFields.build().put(HttpHeader.CONTENT_LENGTH, 8);

            lingering(request, answer, body).succeeded();
            body.write(false, ByteBuffer.allocate(4), Callback.NOOP);
            assertThat(exchange.isDone()).isFalse();
            body.write(true, ByteBuffer.allocate(4), Callback.NOOP);

            exchange.get(20, TimeUnit.SECONDS);
            assertThat(answer.get(HttpHeader.CONNECTION)).isEqualTo("close");
        }
    }

    @Test
    void shouldKeepTheConnectionWhenThereIsNoBody() {
        HttpFields.Mutable answer = HttpFields.build();
        try (AsyncContent body = new AsyncContent()) {
            assertThat(lingering(HttpFields.EMPTY, answer, body)).isSameAs(exchange);
            assertThat(answer.getFieldNamesCollection()).isEmpty();
        }
    }

    @Test
    void shouldEndTheExchangeAndReadNoFurtherWhenItGivesUp() {
        RestOfBody rest = RestOfBody.limited(scheduler, exchange);

        rest.giveUp();

        assertThatThrownBy(() -> exchange.get(20, TimeUnit.SECONDS)).hasCauseInstanceOf(TimeoutException.class);
        assertThatThrownBy(() -> rest.bytes(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
    }

    @Test
    void shouldEndTheExchangeOnceWhenTheBodyBreaksAfterItsEnd() throws Exception {
        RestOfBody rest = RestOfBody.limited(scheduler, exchange);

        rest.end();
        rest.failed(new IOException("reset"));
        rest.giveUp();

        assertThat(exchange.get(20, TimeUnit.SECONDS)).isNull();
    }
}
