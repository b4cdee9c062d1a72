package dev.rafthttp.tls;

import java.nio.file.Path;

/**
 * Why a file cannot be used.
 *
 * @param file what it is for
 * @param path where it is
 * @param problem what is wrong with it, as in "holds no certificate"
 */
public record TlsMistake(TlsFile file, Path path, String problem) {
    /** The whole as a sentence: which file, what is wrong, what is expected. */
    @Override
    public String toString() {
        return file.label() + " " + path + " " + problem + "; expected " + file.expected();
    }
}
