package dev.rafthttp.bench;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The peer in Go, etcd's own transport: built when it is first needed and the compiler and etcd's sources are installed. */
final class GoPeer {
    /** What its lines begin with. */
    static final String NAME = "go";

    /** Where Debian's golang-etcd-server-dev puts its sources. */
    private static final Path GO_PATH = Path.of("/usr/share/gocode");

    private static final Path ETCD = GO_PATH.resolve("src/go.etcd.io/etcd/etcdserver/api/rafthttp");

    private final Path source;
    private final Path program;

    /** @param module the folder of this module in the checkout */
    GoPeer(Path module) {
        source = module.resolve("peers/go-rafthttp/main.go");
        program = module.resolve("target/go-rafthttp");
    }

    /** Why it cannot be built here; empty if it can. */
    Optional<String> obstacle() {
        if (!Files.isReadable(source)) {
            return Optional.of("there is no " + source + "; run from a checkout");
        }
        if (!Files.isDirectory(ETCD)) {
            return Optional.of("there is no " + ETCD + "; install golang-etcd-server-dev");
        }
        boolean hasGo = List.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)).stream()
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "go")));
        return hasGo ? Optional.empty() : Optional.of("there is no go on the PATH; install golang-go");
    }

    /**
     * The program, built if it is older than its source.
     *
     * @throws IOException if it does not compile; the compiler has said why on standard error
     */
    Path program() throws IOException, InterruptedException {
        if (Files.exists(program)
                && Files.getLastModifiedTime(program).compareTo(Files.getLastModifiedTime(source)) >= 0) {
            return program;
        }
        ProcessBuilder compiler = new ProcessBuilder("go", "build", "-o", program.toString(), source.toString());
        compiler.environment().put("GO111MODULE", "off");
        compiler.environment().put("GOPATH", GO_PATH.toString());
        int status = compiler.inheritIO().start().waitFor();
        if (status != 0) {
            throw new IOException("go build of " + source + " ended with status " + status);
        }
        return program;
    }
}
