package dev.rafthttp.tls;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/** The files of peer TLS cannot be used. The message names every one, and why. */
public final class TlsFilesException extends IOException {
    private final transient List<TlsMistake> mistakes;

    TlsFilesException(List<TlsMistake> mistakes) {
        super(mistakes.stream().map(TlsMistake::toString).collect(Collectors.joining("; ")));
        this.mistakes = List.copyOf(mistakes);
    }

    /** One for each file that cannot be used; 1 or more. */
    public List<TlsMistake> mistakes() {
        return mistakes;
    }
}
