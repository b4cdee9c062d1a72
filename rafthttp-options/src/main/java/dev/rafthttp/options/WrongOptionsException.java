package dev.rafthttp.options;

import java.util.List;

/** A configuration that cannot work; the command ends with status 2. */
public final class WrongOptionsException extends RuntimeException {
    private final List<String> mistakes;

    WrongOptionsException(List<String> mistakes) {
        super(String.join("; ", mistakes));
        this.mistakes = List.copyOf(mistakes);
    }

    /** One line each: the option, the value and what is expected. */
    public List<String> mistakes() {
        return mistakes;
    }
}
