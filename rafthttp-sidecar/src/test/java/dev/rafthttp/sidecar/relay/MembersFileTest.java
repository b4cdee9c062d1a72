package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rafthttp.ClusterId;
import dev.rafthttp.sidecar.relay.standin.RelayMember;
import dev.rafthttp.sidecar.relay.standin.Topology;
import dev.rafthttp.sidecar.state.ChangesFile;
import dev.rafthttp.sidecar.state.StateFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersFileTest {
    private static final Topology ALONE = alone("c1");

    @TempDir
    private Path folder;

    private static Topology alone(String cluster) {
        return new Topology(ClusterId.parse(cluster), Optional.empty(), Optional.empty());
    }

    @Test
    void shouldReadWhatWasWrittenWhenTheFolderIsNew() {
        Path state = folder.resolve("new/state");
        ChangesFile.Changes<RelayMember> changes = ChangesFile.Changes.none();
        RelayMember member =
                Relays.member(Relays.B, URI.create("http://127.0.0.1:11381"), URI.create("http://127.0.0.1:21381"));
        changes.put(Relays.B, member);
        changes.remove(Relays.C);

        MemberDocument.file(state, ALONE).write(changes);

        assertThat(MemberDocument.file(state, ALONE).read()).isEqualTo(changes);
        assertThat(state).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void shouldCallTheNextHopInTheFileAsTheApiDoes() throws IOException {
        ChangesFile.Changes<RelayMember> changes = ChangesFile.Changes.none();
        changes.put(
                Relays.B,
                Relays.member(Relays.B, URI.create("http://127.0.0.1:11381"), URI.create("http://127.0.0.1:21381")));

        MemberDocument.file(folder, ALONE).write(changes);

        assertThat(Files.readString(folder.resolve("members.json")).replaceAll("\\s", ""))
                .contains("\"target\":\"http://127.0.0.1:21381\"");
    }

    @Test
    void shouldBeEmptyWhenThereIsNoFile() {
        assertThat(MemberDocument.file(folder, ALONE).read()).isEqualTo(ChangesFile.Changes.none());
    }

    @Test
    void shouldNameTheFileWhenItCannotBeRead() throws IOException {
        Files.writeString(
                folder.resolve("members.json"), "{\"cluster\":\"c1\",\"put\":[{\"id\":\"zz\"}],\"removed\":[]}");

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> MemberDocument.file(folder, ALONE).read())
                .withMessageContaining("members.json")
                .withMessageContaining("repair it, or move it away");
    }

    @Test
    void shouldSayWhereWhenTheFileHasANameTwice() throws IOException {
        Files.writeString(
                folder.resolve("members.json"), "{\"cluster\":\"c1\",\"put\":[],\"removed\":[\"a\"],\"removed\":[]}");

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> MemberDocument.file(folder, ALONE).read())
                .withMessageContaining("it has $.removed twice");
    }

    @Test
    void shouldNameTheFileItsClusterAndOursWhenItIsAnotherClusters() {
        MemberDocument.file(folder, alone("c2")).write(ChangesFile.Changes.none());

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> MemberDocument.file(folder, ALONE).read())
                .withMessage(
                        folder.resolve("members.json") + " is of cluster c2, not of this cluster, c1: give this one"
                                + " another --state-dir, or move the file away");
    }
}
