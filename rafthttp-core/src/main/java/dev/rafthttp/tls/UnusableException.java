package dev.rafthttp.tls;

/** A file that is read does not hold what it should. The message goes on after the file's name. */
final class UnusableException extends Exception {
    UnusableException(String problem) {
        super(problem);
    }

    UnusableException(String problem, Throwable cause) {
        super(problem, cause);
    }

    /** What is wrong. */
    String problem() {
        return String.valueOf(getMessage());
    }
}
