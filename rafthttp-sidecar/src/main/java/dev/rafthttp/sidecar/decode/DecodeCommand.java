package dev.rafthttp.sidecar.decode;

import dev.rafthttp.CorruptFrameException;
import dev.rafthttp.FrameTooLargeException;
import dev.rafthttp.MemberId;
import dev.rafthttp.codec.FrameDecoder;
import dev.rafthttp.codec.FrameLimits;
import dev.rafthttp.codec.MemoryBudget;
import dev.rafthttp.codec.MessageDecoder;
import dev.rafthttp.codec.MsgAppV2Decoder;
import dev.rafthttp.options.Commands;
import dev.rafthttp.options.LogOptions;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Values;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code rafthttp decode}: prints the messages of a captured body. */
@Command(
        name = "decode",
        description =
                "Prints the messages of a captured body, one per line: where in the file, from and to, type, term, index,"
                        + " entries, bytes, commit.",
        exitCodeList = {"0:all was read", "1:it cannot be read, or the first corrupt byte was met", Commands.EXIT_2})
public final class DecodeCommand implements Callable<Integer> {
    private static final String STREAM = "--stream";
    private static final String MSGAPP = "msgappv2";
    private static final String MESSAGE = "message";
    private static final String SNAPSHOT = "snapshot";
    private static final String LOCAL = "--local";
    private static final String REMOTE = "--remote";
    private static final String STANDARD_INPUT = "-";

    private final Mistakes mistakes;
    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    @Mixin
    private LogOptions log;

    @Option(
            names = STREAM,
            paramLabel = "FORMAT",
            description =
                    "what the body is: msgappv2 or message, which are frame after frame, or snapshot, which is a message and a"
                            + " database")
    private @Nullable String stream;

    @Option(
            names = LOCAL,
            paramLabel = "HEX",
            description = "with msgappv2, the member that read it, which short frames leave out (default: not told)")
    private @Nullable String local;

    @Option(
            names = REMOTE,
            paramLabel = "HEX",
            description = "with msgappv2, the member that wrote it (default: not told)")
    private @Nullable String remote;

    @Option(names = "--json", description = "print one JSON object per line, with the whole message")
    private boolean json;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..1",
            description = "the body without its HTTP head; - is standard input")
    private @Nullable String capture;

    /**
     * @param mistakes found so far
     */
    public DecodeCommand(Mistakes mistakes, InputStream in, PrintStream out, PrintStream err) {
        this.mistakes = mistakes;
        this.in = in;
        this.out = out;
        this.err = err;
    }

    @Override
    public Integer call() {
        log.check(mistakes);
        FrameDecoder decoder = decoder();
        if (capture == null) {
            mistakes.missing("FILE", "a captured body, or - for standard input");
        }
        mistakes.throwIfAny();
        PrintWriter text = new PrintWriter(out, false, StandardCharsets.UTF_8);
        try (InputStream body = open(String.valueOf(capture))) {
            CaptureReader.Printer printer = json ? new JsonPrinter(text) : new LinePrinter(text);
            CaptureReader reader = new CaptureReader(body, decoder, printer);
            if (SNAPSHOT.equals(stream)) {
                reader.readSnapshot();
            } else {
                reader.readFrames();
            }
            return 0;
        } catch (IOException | CorruptFrameException | FrameTooLargeException e) {
            text.flush();
            err.println("rafthttp decode: " + capture + ": " + reason(e));
            return 1;
        } finally {
            text.flush();
        }
    }

    private static String reason(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "cannot be read: there is no such file";
        }
        return e instanceof IOException ? "cannot be read: " + e.getMessage() : String.valueOf(e.getMessage());
    }

    private FrameDecoder decoder() {
        long reader = id(LOCAL, local);
        long writer = id(REMOTE, remote);
        if (stream == null || !List.of(MSGAPP, MESSAGE, SNAPSHOT).contains(stream)) {
            String expected = String.join(", ", MSGAPP, MESSAGE) + " or " + SNAPSHOT;
            if (stream == null) {
                mistakes.missing(STREAM, expected);
            } else {
                mistakes.add(STREAM, stream, expected);
            }
        }
        return MSGAPP.equals(stream)
                ? new MsgAppV2Decoder(reader, writer, FrameLimits.DEFAULT, MemoryBudget.unlimited())
                : new MessageDecoder(FrameLimits.DEFAULT, MemoryBudget.unlimited());
    }

    /** 0, which stands for no member, if none is given. */
    private long id(String option, @Nullable String hex) {
        return Values.memberId(option, hex, mistakes).map(MemberId::value).orElse(0L);
    }

    private InputStream open(String name) throws IOException {
        return name.equals(STANDARD_INPUT) ? in : Files.newInputStream(Path.of(name));
    }
}
