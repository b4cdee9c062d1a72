package dev.rafthttp.sidecar.state;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import dev.rafthttp.sidecar.json.Documents;
import dev.rafthttp.sidecar.json.StrictJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Function;

/** A file of one JSON object that outlives the process and is replaced whole. Not thread-safe. */
final class JsonFile {
    private final Path file;

    JsonFile(Path file) {
        this.file = file;
    }

    /**
     * Reads the file; empty if there is none.
     *
     * @param understand may throw what Gson and the project's parsers do
     * @throws StateFileException if there is a file that cannot be understood
     */
    <T> Optional<T> read(Function<JsonObject, T> understand) {
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            return Optional.of(understand.apply(
                    StrictJson.parse(ByteBuffer.wrap(Files.readAllBytes(file))).getAsJsonObject()));
        } catch (IOException
                | JsonParseException
                | IllegalStateException
                | IllegalArgumentException
                | UnsupportedOperationException
                | NullPointerException e) {
            throw new StateFileException(file, "cannot be read: " + e + "; repair it, or move it away", e);
        }
    }

    /**
     * Replaces the file, in one step.
     *
     * @throws StateFileException if it cannot be written
     */
    void write(Object document) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(file.toAbsolutePath().getParent());
            try (FileChannel channel = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer bytes = ByteBuffer.wrap(Documents.text(document).getBytes(StandardCharsets.UTF_8));
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
                channel.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new StateFileException(file, "cannot be written: " + e, e);
        }
    }
}
