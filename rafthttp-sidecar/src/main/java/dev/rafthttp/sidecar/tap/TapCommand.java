package dev.rafthttp.sidecar.tap;

import dev.rafthttp.options.Commands;
import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.options.LogNames;
import dev.rafthttp.options.LogOptions;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Values;
import dev.rafthttp.raftpb.MessageType;
import dev.rafthttp.sidecar.http.ApiToken;
import dev.rafthttp.sidecarclient.SidecarAddress;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code rafthttp tap}: shows the messages that pass a sidecar or relay, as they pass. */
@Command(
        name = "tap",
        description =
                "Shows the messages that pass a running sidecar or relay, one per line: time, from and to, type, term,"
                        + " index, entries, bytes, commit.",
        exitCodeList = {
            Commands.EXIT_0,
            "1:the sidecar or relay cannot be reached, refuses, or has ended",
            Commands.EXIT_2
        })
public final class TapCommand implements Callable<Integer> {
    private static final String NODE = "--node";
    private static final String TOKEN_FILE = "--node-token-file";
    private static final String FROM = "--from";
    private static final String TO = "--to";
    private static final String TYPE = "--type";

    private final Mistakes mistakes;
    private final PrintStream out;
    private final PrintStream err;
    private final CountDownLatch stop;

    @Mixin
    private LogOptions log;

    @Option(
            names = NODE,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:2381",
            description = "the --listen-node of the sidecar or relay: http://HOST:PORT or unix:/PATH"
                    + " (default http://127.0.0.1:2381)")
    private String node = "";

    @Option(
            names = TOKEN_FILE,
            paramLabel = "FILE",
            description = "a file with the sidecar's bearer token, if it asks for one")
    private @Nullable String tokenFile;

    @Option(names = FROM, paramLabel = "HEX", description = "only messages from this member")
    private @Nullable String from;

    @Option(names = TO, paramLabel = "HEX", description = "only messages to this member")
    private @Nullable String to;

    @Option(names = TYPE, paramLabel = "TYPE", description = "only messages of this type, such as MsgApp")
    private @Nullable String type;

    @Option(names = "--json", description = "print one JSON object per line, with the whole message")
    private boolean json;

    /**
     * @param mistakes found so far
     * @param stop what ends it
     */
    public TapCommand(Mistakes mistakes, PrintStream out, PrintStream err, CountDownLatch stop) {
        this.mistakes = mistakes;
        this.out = out;
        this.err = err;
        this.stop = stop;
    }

    @Override
    public Integer call() throws InterruptedException {
        log.check(mistakes).apply(new LogNames());
        Optional<URI> url = Values.parse(
                NODE, node, TapCommand::address, HttpUrl.EXPECTED + " or " + SidecarAddress.EXPECTED_UNIX, mistakes);
        Optional<ApiToken> token = ApiToken.of(TOKEN_FILE, tokenFile, mistakes);
        Values.memberId(FROM, from, mistakes);
        Values.memberId(TO, to, mistakes);
        Values.parse(TYPE, type, MessageType::valueOf, "one of raftpb's types, as in MsgApp", mistakes);
        mistakes.throwIfAny();
        try (TapClient client = new TapClient(url.orElseThrow(), token, json)) {
            client.filter("from", from);
            client.filter("to", to);
            client.filter("type", type);
            Thread watch = new Thread(() -> endAtStop(client), "tap-stop");
            watch.setDaemon(true);
            watch.start();
            client.copyTo(out);
            throw new IOException("it has ended");
        } catch (IOException e) {
            if (stop.getCount() == 0) {
                return 0;
            }
            err.println("rafthttp tap: " + node + ": " + e.getMessage());
            return 1;
        }
    }

    private void endAtStop(TapClient client) {
        try {
            stop.await();
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static URI address(String text) {
        return text.startsWith(SidecarAddress.UNIX + ":") ? SidecarAddress.unix(text) : HttpUrl.parse(text);
    }
}
