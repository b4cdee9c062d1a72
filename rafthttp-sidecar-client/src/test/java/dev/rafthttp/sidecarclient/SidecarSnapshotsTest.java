package dev.rafthttp.sidecarclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rafthttp.fixture.FreeUrls;
import dev.rafthttp.raftpb.Message;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecarclient.fixture.ScriptedSidecar;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SidecarSnapshotsTest {
    private static final Message MESSAGE = SidecarClientTest.snapshot(9);

    private final URI address = FreeUrls.next();
    private final ScriptedSidecar sidecar = new ScriptedSidecar(address);
    private final SidecarHttp http = new SidecarHttp(address, Optional.empty());
    private final SidecarSnapshots snapshots = new SidecarSnapshots(http);
    private final byte[] database = new byte[3_000_000];

    @BeforeEach
    void start() {
        new Random(1).nextBytes(database);
        http.start();
    }

    @AfterEach
    void close() {
        http.close();
        sidecar.close();
    }

    @Test
    void shouldPostTheFrameAndThenTheDatabaseWhenASnapshotIsSent() throws Exception {
        snapshots.send(MESSAGE, new ByteArrayInputStream(database));

        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(SidecarClientTest.frames(List.of(MESSAGE)));
        expected.writeBytes(database);
        assertThat(taken()).hasValue(expected.toByteArray());
        assertThat(snapshots.takeLost()).as("whose end is to come").hasSize(1);
        assertThat(snapshots.takeLost()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {404, 503})
    void shouldSayWhyWhenTheSidecarRefusesItBeforeTheBodyHasEnded(int status) {
        sidecar.refusesAtOnce = true;
        sidecar.snapshotStatus = status;

        assertThatThrownBy(() -> snapshots.send(MESSAGE, endless()))
                .isInstanceOf(IOException.class)
                .hasMessage("it answered " + status + ": {\"error\":\"as the test says\"}");
        assertThat(snapshots.takeLost()).as("nothing will be told of it").isEmpty();
    }

    @Test
    void shouldWaitForTheEndToBeToldWhenThePeerDoesNotTakeIt() {
        sidecar.refusesAtOnce = true;
        sidecar.snapshotStatus = 502;

        assertThatThrownBy(() -> snapshots.send(MESSAGE, endless())).hasMessageContaining("502");

        assertThat(snapshots.takeLost()).hasSize(1);
    }

    @Test
    void shouldCutTheBodyWhenTheDatabaseCannotBeRead() throws Exception {
        InputStream broken = new SequenceInputStream(new ByteArrayInputStream(database), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the disk is broken");
            }
        });

        assertThatThrownBy(() -> snapshots.send(MESSAGE, broken)).hasMessage("the disk is broken");

        assertThat(taken()).isEmpty();
    }

    @Test
    void shouldRefuseAMessageWhenItIsNoSnapshot() {
        Message heartbeat =
                Message.newBuilder().setType(MessageType.MsgHeartbeat).build();

        assertThatThrownBy(() -> snapshots.send(heartbeat, InputStream.nullInputStream()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("MsgHeartbeat");
    }

    @Test
    void shouldSaySoWhenThereIsNoSidecar() {
        sidecar.close();

        assertThatThrownBy(() -> snapshots.send(MESSAGE, endless())).isInstanceOf(IOException.class);
    }

    /** A body as the sidecar saw it; empty, if it was cut off. */
    private Optional<byte[]> taken() throws InterruptedException {
        return Optional.ofNullable(sidecar.snapshots.poll(30, TimeUnit.SECONDS)).orElseThrow();
    }

    private static InputStream endless() {
        return new InputStream() {
            @Override
            public int read() {
                return 0;
            }
        };
    }
}
