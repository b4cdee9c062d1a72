package dev.rafthttp.sidecar.http;

import dev.rafthttp.options.HttpUrl;
import dev.rafthttp.options.Mistakes;
import dev.rafthttp.options.Values;
import dev.rafthttp.sidecarclient.SidecarAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of an HTTP API: where it listens, and which token it asks for. */
public final class ApiOptions {
    public static final String LISTEN_NODE = "--listen-node";
    static final String NODE_TOKEN_FILE = "--node-token-file";

    private static final String ADDRESS = HttpUrl.EXPECTED + " or " + SidecarAddress.EXPECTED_UNIX
            + ", in a folder that is there, of at most " + ApiServer.MAX_UNIX_FOLDER_BYTES;

    @Option(
            names = LISTEN_NODE,
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:2381",
            description = "where the HTTP API listens: http://HOST:PORT, on loopback unless there is --node-token-file,"
                    + " or unix:/PATH (default http://127.0.0.1:2381)")
    public String listenNode = "";

    @Option(
            names = NODE_TOKEN_FILE,
            paramLabel = "FILE",
            description = "a file with the bearer token that each request must have (default: none is needed)")
    public @Nullable String tokenFile;

    /** Reads the address. Adds it to the mistakes if it is wrong, or if everybody can reach it without a token. */
    public Optional<URI> address(Mistakes mistakes) {
        Optional<URI> url = Values.parse(LISTEN_NODE, listenNode, ApiOptions::parse, ADDRESS, mistakes);
        if (url.isPresent() && tokenFile == null && !isPrivate(url.get())) {
            mistakes.add(
                    LISTEN_NODE,
                    listenNode,
                    "a host on loopback, or " + NODE_TOKEN_FILE + ", since otherwise everybody may use the API");
        }
        return url;
    }

    private static URI parse(String text) {
        if (!text.startsWith(SidecarAddress.UNIX + ":")) {
            return HttpUrl.parse(text);
        }
        URI url = SidecarAddress.unix(text);
        if (!ApiServer.takesSocket(Path.of(url.getPath()).resolveSibling(""))) {
            throw new IllegalArgumentException(text);
        }
        return url;
    }

    private static boolean isPrivate(URI url) {
        return SidecarAddress.UNIX.equals(url.getScheme()) || HttpUrl.isLoopback(url);
    }

    /** Reads the token; empty if no file is given, or if the file has none, which is added to the mistakes. */
    public Optional<ApiToken> token(Mistakes mistakes) {
        return ApiToken.of(NODE_TOKEN_FILE, tokenFile, mistakes);
    }
}
