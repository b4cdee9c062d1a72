package dev.rafthttp.demo.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.rafthttp.demo.kv.proto.Command;
import dev.rafthttp.demo.kv.proto.MapChunk;
import dev.rafthttp.demo.kv.proto.Put;
import org.junit.jupiter.api.Test;

class KvOperationsTest {
    private static final Put PUT = Put.newBuilder()
            .setKey("key")
            .setValue(ByteString.copyFromUtf8("value"))
            .build();

    private final KvOperations operations = new KvOperations();

    @Test
    void shouldGiveBackWhatWasWrittenWhenItIsRead() throws InvalidProtocolBufferException {
        Command command = Command.newBuilder().setPut(PUT).build();
        MapChunk chunk = MapChunk.newBuilder().addEntries(PUT).build();

        assertThat(operations.read(operations.write(command))).isEqualTo(command);
        assertThat(operations.readChunk(operations.writeChunk(chunk))).isEqualTo(chunk);
    }

    @Test
    void shouldWriteNothingWhenALeaderBeginsItsTerm() {
        assertThat(operations.write(new KvStateMachine().getNewTermOperation())).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void shouldRefuseWhatIsOfAnotherStoreWhenItIsWritten() {
        assertThatThrownBy(() -> operations.write("text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> operations.writeChunk("text"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String");
    }

    @Test
    void shouldRefuseBytesWhenTheyAreCorrupt() {
        ByteString corrupt = ByteString.copyFrom(new byte[] {(byte) 0xff});

        assertThatThrownBy(() -> operations.read(corrupt)).isInstanceOf(InvalidProtocolBufferException.class);
        assertThatThrownBy(() -> operations.readChunk(corrupt)).isInstanceOf(InvalidProtocolBufferException.class);
    }
}
