package dev.rafthttp.sidecar.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.rafthttp.sidecar.node.ChangesFile;
import dev.rafthttp.sidecar.node.StateFileException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MembersFileTest {
    @TempDir
    private Path folder;

    @Test
    void shouldReadWhatWasWrittenWhenTheFolderIsNew() {
        Path state = folder.resolve("new/state");
        ChangesFile.Changes<RelayMember> changes = ChangesFile.Changes.none();
        RelayMember member =
                Relays.member(Relays.B, URI.create("http://127.0.0.1:11381"), URI.create("http://127.0.0.1:21381"));
        changes.put(Relays.B, member);
        changes.remove(Relays.C);

        MemberJson.file(state).write(changes);

        assertThat(MemberJson.file(state).read()).isEqualTo(changes);
        assertThat(state).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void shouldBeEmptyWhenThereIsNoFile() {
        assertThat(MemberJson.file(folder).read()).isEqualTo(ChangesFile.Changes.none());
    }

    @Test
    void shouldNameTheFileWhenItCannotBeRead() throws IOException {
        Files.writeString(folder.resolve("members.json"), "{\"put\":[{\"id\":\"zz\"}],\"removed\":[]}");

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> MemberJson.file(folder).read())
                .withMessageContaining("members.json")
                .withMessageContaining("repair it, or move it away");
    }

    @Test
    void shouldSayWhereWhenTheFileHasANameTwice() throws IOException {
        Files.writeString(folder.resolve("members.json"), "{\"put\":[],\"removed\":[\"a\"],\"removed\":[]}");

        assertThatExceptionOfType(StateFileException.class)
                .isThrownBy(() -> MemberJson.file(folder).read())
                .withMessageContaining("it has $.removed twice");
    }
}
