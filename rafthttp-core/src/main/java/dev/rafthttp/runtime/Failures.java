package dev.rafthttp.runtime;

import java.net.SocketException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What is made of failures, and said of them. */
public final class Failures {
    private Failures() {}

    /** What made a stage fail, without what stages wrap it in. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean isWrapped = failure instanceof CompletionException || failure instanceof ExecutionException;
        return isWrapped && cause != null ? cause(cause) : failure;
    }

    /**
     * A failure in a few words. Jetty's messages describe its own state at length, and differently each time; those of the
     * network and of TLS are for people.
     */
    public static String brief(@Nullable Throwable failure) {
        if (failure == null) {
            return "it ended";
        }
        String name = failure.getClass().getSimpleName();
        boolean isForPeople = failure instanceof SocketException || failure instanceof SSLException;
        return isForPeople ? name + ": " + LogText.oneLine(String.valueOf(failure.getMessage())) : name;
    }
}
