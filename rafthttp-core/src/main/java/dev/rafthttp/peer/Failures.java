package dev.rafthttp.peer;

import java.net.SocketException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What is said of a connection's failure. */
public final class Failures {
    private Failures() {}

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
