package dev.rafthttp.sidecarclient;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rafthttp.sidecarclient.ServerSentEvents.Event;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerSentEventsTest {
    @Test
    void shouldReadEveryEventWhenTheyAreWellFormed() throws IOException {
        assertThat(read("""
                        : a comment
                        id: run-1
                        event: peer-active
                        data: {"peer":"a"}

                        event: missed
                        data:{"events":3}

                        """))
                .containsExactly(
                        new Event(Optional.of("run-1"), "peer-active", "{\"peer\":\"a\"}"),
                        new Event(Optional.empty(), "missed", "{\"events\":3}"));
    }

    @Test
    void shouldJoinLinesWhenDataHasSeveral() throws IOException {
        assertThat(read("data: a\ndata: b\nretry: 3\n\n"))
                .containsExactly(new Event(Optional.empty(), "message", "a\nb"));
    }

    @Test
    void shouldForgetAnEventWhenItIsCutOffOrHasNoData() throws IOException {
        assertThat(read("id: 1\nevent: x\n\nid: 2\nevent: y\ndata: z\n")).isEmpty();
    }

    private static List<Event> read(String text) throws IOException {
        ServerSentEvents events = new ServerSentEvents(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        List<Event> all = new ArrayList<>();
        for (Optional<Event> event = events.next(); event.isPresent(); event = events.next()) {
            all.add(event.get());
        }
        return all;
    }
}
