package dev.rafthttp.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The archive that the build has made. */
final class Distribution {
    static final String VERSION = System.getProperty("version");
    private static final Path ARCHIVE = Path.of(System.getProperty("distribution"));

    private Distribution() {}

    /** Unpacks it, alone in a new folder; returns its own. */
    static Path unpack(Path folder) throws IOException, InterruptedException {
        Path unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Process tar = new ProcessBuilder("tar", "-xzf", ARCHIVE.toString(), "-C", unpacked.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return unpacked.resolve("rafthttp-" + VERSION);
    }

    /** A program on the PATH. */
    static Path find(String tool) {
        return Stream.of(System.getenv("PATH").split(":"))
                .map(directory -> Path.of(directory, tool))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(tool + " is not on the PATH"));
    }
}
