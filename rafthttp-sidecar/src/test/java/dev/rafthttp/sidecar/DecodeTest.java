package dev.rafthttp.sidecar;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import dev.rafthttp.HeapLimits;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code rafthttp decode}, on what etcd wrote. */
class DecodeTest {
    private static final Path GOLDEN = Path.of("../rafthttp-core/src/test/resources/golden");
    private static final String WRITER = "8e9e05c52164694d";
    private static final String READER = "91bc3c398fb3c146";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    @Test
    void shouldPrintALineAMessageWhenTheCaptureIsEtcds() {
        int status =
                run("decode", "--stream=msgappv2", "--local=" + READER, "--remote=" + WRITER, golden("seed-sequence"));

        assertThat(errLines()).isEmpty();
        assertThat(status).isZero();
        assertThat(outLines())
                .hasSize(6)
                .allMatch(line -> line.contains(WRITER + " → " + READER + "  MsgApp "))
                .first()
                .asString()
                .matches(" +0  .*  term 1  index 0  entries 3  bytes \\d+  commit 0");
    }

    @Test
    void shouldTellWhereEachFrameBeginsWhenBytesAreAddedUp() throws IOException {
        run("decode", "--stream=msgappv2", "--json", golden("random"));

        long offset = 0;
        for (String line : outLines()) {
            JsonObject object = JsonParser.parseString(line).getAsJsonObject();
            assertThat(object.get("offset").getAsLong()).isEqualTo(offset);
            offset += object.get("bytes").getAsLong();
        }
        assertThat(outLines()).hasSize(400);
        assertThat(offset).isEqualTo(Files.size(Path.of(golden("random"))));
    }

    @Test
    void shouldLeaveOutWhoItIsBetweenWhenThatIsNotGiven() {
        run("decode", "--stream=msgappv2", golden("seed-sequence"));

        assertThat(outLines().get(0)).contains(WRITER + " → " + READER);
        assertThat(outLines().get(1)).contains("- → -");
    }

    @ParameterizedTest
    @CsvSource({"msgappv2, msgappv2-link-heartbeats", "message, message-link-heartbeats"})
    void shouldPrintLinkHeartbeatsWhenThereAreSome(String stream, String capture) {
        int status = run(
                "decode", "--stream", stream, GOLDEN.resolve(capture + ".bin").toString());

        assertThat(status).isZero();
        assertThat(outLines()).anyMatch(line -> line.matches(" +\\d+  link heartbeat  bytes \\d+"));
    }

    @Test
    void shouldPrintEveryTypeWhenTheCaptureHasThemAll() {
        run(
                "decode",
                "--stream=message",
                GOLDEN.resolve("message-all-types.bin").toString());

        assertThat(outLines()).hasSize(17).anyMatch(line -> line.contains("  MsgHeartbeatResp "));
    }

    @Test
    void shouldTellTheDatabasesSizeWhenTheCaptureIsASnapshot() {
        int status = run(
                "decode",
                "--stream=snapshot",
                "--json",
                GOLDEN.resolve("raft-snapshot.bin").toString());

        assertThat(status).isZero();
        assertThat(outLines()).hasSize(2);
        assertThat(outLines().get(0)).contains("\"type\":\"MsgSnap\"", "\"index\":\"100001\"");
        assertThat(outLines().get(1)).isEqualTo("{\"offset\":94,\"bytes\":307205,\"database\":true}");
    }

    @Test
    void shouldSayThatItIsNoSnapshotWhenItBeginsWithAnotherMessage() {
        int status = run(
                "decode",
                "--stream=snapshot",
                GOLDEN.resolve("message-all-types.bin").toString());

        assertThat(status).isEqualTo(1);
        assertThat(errLines())
                .singleElement()
                .asString()
                .endsWith("a snapshot begins with a MsgSnap, and this capture with another message");
    }

    @Test
    void shouldPrintWhatIsWholeAndSayWhereItEndedWhenTheCaptureIsCut() throws IOException {
        byte[] whole = Files.readAllBytes(Path.of(golden("seed-sequence")));
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 1));

        int status = run("decode", "--stream=msgappv2", cut.toString());

        assertThat(status).isEqualTo(1);
        assertThat(outLines()).hasSize(5);
        assertThat(errLines())
                .singleElement()
                .asString()
                .matches("rafthttp decode: .*cut: corrupt frame at offset 406: the capture ends within the frame that"
                        + " begins at offset \\d+");
    }

    @Test
    void shouldSayWhichByteIsCorruptWhenOneIs() throws IOException {
        byte[] bytes = Files.readAllBytes(Path.of(golden("seed-sequence")));
        bytes[0] = 7;
        Path damaged = Files.write(folder.resolve("damaged"), bytes);

        int status = run("decode", "--stream=msgappv2", damaged.toString());

        assertThat(status).isEqualTo(1);
        assertThat(outLines()).isEmpty();
        assertThat(errLines())
                .containsExactly("rafthttp decode: " + damaged
                        + ": corrupt frame at offset 0: frame type 7 is none of 0, 1 and 2");
    }

    @Test
    void shouldSayTheLimitWhenAFrameIsAnnouncedAboveIt() throws IOException {
        byte[] huge = new byte[Long.BYTES];
        Arrays.fill(huge, (byte) 0x7f);
        Path file = Files.write(folder.resolve("huge"), huge);

        int status = run("decode", "--stream=snapshot", file.toString());

        assertThat(status).isEqualTo(1);
        assertThat(errLines())
                .singleElement()
                .asString()
                .contains("offset 0", "limit of " + HeapLimits.OF_JVM.messageBytes() + " bytes");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 8, 93})
    void shouldSayThatTheMessageIsNotWholeWhenASnapshotIsCutWithinIt(int bytes) throws IOException {
        byte[] whole = Files.readAllBytes(GOLDEN.resolve("raft-snapshot.bin"));
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, bytes));

        int status = run("decode", "--stream=snapshot", cut.toString());

        assertThat(status).isEqualTo(1);
        assertThat(outLines()).isEmpty();
        assertThat(errLines())
                .singleElement()
                .asString()
                .endsWith("offset " + bytes + ": the capture ends within the snapshot's message");
    }

    @Test
    void shouldPrintTheNumberOfATypeWhenItIsUnknown() throws IOException {
        // {type 99, term 5}
        Path file = Files.write(folder.resolve("later"), new byte[] {0, 0, 0, 0, 0, 0, 0, 4, 0x08, 99, 0x20, 5});

        int status = run("decode", "--stream=message", file.toString());

        assertThat(status).isZero();
        assertThat(outLines()).singleElement().asString().contains("  type 99 ", "  term 5  ");
    }

    @Test
    void shouldSayThatItCannotBeReadWhenThereIsNoSuchFile() {
        int status = run("decode", "--stream=message", folder.resolve("none").toString());

        assertThat(status).isEqualTo(1);
        assertThat(errLines()).singleElement().asString().endsWith("none: cannot be read: there is no such file");
    }

    @Test
    void shouldNameEveryMistakeWhenOptionsAreWrong() {
        int status = run("decode", "--stream=http", "--local=xyz");

        assertThat(status).isEqualTo(2);
        assertThat(errLines())
                .containsExactly(
                        "rafthttp decode: --local \"xyz\": expected 1 to 16 hexadecimal digits, as in 8e9e05c52164694d",
                        "rafthttp decode: --stream \"http\": expected msgappv2, message or snapshot",
                        "rafthttp decode: FILE is missing: expected a captured body, or - for standard input");
    }

    @Test
    void shouldEndInSilenceWhenNobodyReadsItsOutput() {
        PrintStream closed = new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        });

        int status = Main.run(
                new String[] {"decode", "--stream=msgappv2", golden("random")},
                Map.of(),
                closed,
                print(err),
                new CountDownLatch(1));

        assertThat(status).isZero();
        assertThat(errLines()).isEmpty();
    }

    private static String golden(String name) {
        return GOLDEN.resolve("msgappv2-" + name + ".bin").toString();
    }

    private int run(String... args) {
        return Main.run(args, Map.of(), print(out), print(err), new CountDownLatch(1));
    }

    private static PrintStream print(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }

    private List<String> outLines() {
        return out.toString(StandardCharsets.UTF_8).lines().toList();
    }

    private List<String> errLines() {
        return err.toString(StandardCharsets.UTF_8).lines().toList();
    }
}
