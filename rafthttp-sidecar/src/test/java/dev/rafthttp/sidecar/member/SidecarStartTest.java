package dev.rafthttp.sidecar.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rafthttp.fixture.DialWatch;
import dev.rafthttp.options.CannotRunException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a sidecar takes before it dials, and what it says when another has it. */
class SidecarStartTest extends SidecarFixture {
    /** A second sidecar of member a, which finds nobody's place taken but those that a test gives it. */
    private SidecarOptions second(URI own, URI other, URI node, String name) {
        return Sidecars.options(
                Sidecars.A, own, Sidecars.B, other, node, folder.resolve(name), Optional.empty(), Optional.empty());
    }

    @Test
    void shouldDialNobodyWhenTheNodesSideIsTaken() throws IOException {
        a();
        try (DialWatch peer = new DialWatch()) {
            SidecarOptions options = second(Sidecars.freeUrl(), peer.url(), nodeA, "second");

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> start(options))
                    .withMessage("cannot listen at " + nodeA + ": Address already in use");

            assertThat(peer.wasDialled()).isFalse();
        }
    }

    @Test
    void shouldDialNobodyWhenThePeersSideIsTaken() throws IOException {
        a();
        try (DialWatch peer = new DialWatch()) {
            SidecarOptions options = second(peerA, peer.url(), Sidecars.freeUrl(), "second");

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> start(options))
                    .withMessageContaining("cannot listen at")
                    .withMessageContaining("Address already in use");

            assertThat(peer.wasDialled()).isFalse();
        }
    }

    @Test
    void shouldDialNobodyWhenTheNodesSocketIsTaken() throws IOException {
        URI socket = URI.create("unix:" + folder.resolve("node.sock"));
        start(second(peerA, peerB, socket, "first"));
        try (DialWatch peer = new DialWatch()) {
            SidecarOptions options = second(Sidecars.freeUrl(), peer.url(), socket, "second");

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> start(options))
                    .withMessageStartingWith("cannot listen at " + socket + ": another process listens there");

            assertThat(peer.wasDialled()).isFalse();
        }
    }

    @Test
    void shouldNameTheFolderAndItsHolderWhenItIsStartedTwice() throws IOException {
        a();
        try (DialWatch peer = new DialWatch()) {
            Path snapshots = folder.resolve("snapshots-a");
            SidecarOptions options = Sidecars.options(
                    Sidecars.A,
                    Sidecars.freeUrl(),
                    Sidecars.B,
                    peer.url(),
                    Sidecars.freeUrl(),
                    folder,
                    Optional.empty(),
                    Optional.empty());

            assertThatExceptionOfType(CannotRunException.class)
                    .isThrownBy(() -> start(options))
                    .withMessage(
                            "--snapshot-dir \"" + snapshots + "\": expected a folder that no other process uses, but "
                                    + snapshots.toRealPath() + " is in use by the sidecar of member a, process "
                                    + ProcessHandle.current().pid());

            assertThat(peer.wasDialled()).isFalse();
        }
    }

    @Test
    void shouldNameTheOptionWhenAFolderCannotBeMade() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatExceptionOfType(CannotRunException.class)
                .isThrownBy(() -> new Sidecar(
                        second(peerA, peerB, nodeA, file.getFileName().toString())))
                .withMessageStartingWith(
                        "--snapshot-dir \"" + file + "/snapshots-a\": expected a folder that can be made")
                .withMessageContaining(file.toString());
    }

    @Test
    void shouldNotStartWithTheStateOfAnotherCluster() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state-a")).resolve("peers.json");
        Files.writeString(state, "{\"cluster\":\"77\",\"put\":[],\"removed\":[\"b\"]}");

        assertThatExceptionOfType(CannotRunException.class)
                .isThrownBy(this::a)
                .withMessageStartingWith(state + " is of cluster 77, not of this cluster, ");
    }

    @Test
    void shouldLeaveItsFoldersToTheNextWhenItsStateCannotBeRead() throws IOException {
        Path state = Files.createDirectory(folder.resolve("state-a")).resolve("peers.json");
        Files.writeString(state, "nonsense");
        assertThatExceptionOfType(CannotRunException.class).isThrownBy(this::a).withMessageContaining("peers.json");

        Files.delete(state);

        assertThat(a()).isNotNull();
    }
}
