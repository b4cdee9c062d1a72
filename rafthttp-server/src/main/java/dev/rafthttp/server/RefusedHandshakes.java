package dev.rafthttp.server;

import dev.rafthttp.runtime.Clock;
import dev.rafthttp.runtime.LogLimiter;
import dev.rafthttp.runtime.LogText;
import dev.rafthttp.tls.PeerNotAllowedException;
import java.net.SocketAddress;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.eclipse.jetty.io.ssl.SslHandshakeListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Logs why TLS handshakes with dialling clients failed: at most one line per reason and interval. Any thread. */
final class RefusedHandshakes implements SslHandshakeListener {
    private static final Logger LOG = LoggerFactory.getLogger(RefusedHandshakes.class);

    /** How much of a message of TLS is logged. It may quote a certificate, which anybody can send. */
    private static final int SHOWN_CHARACTERS = 300;

    /** Words that no message has. */
    private static final String NEVER = "(?!)";

    private final Map<Reason, LogLimiter> logs = new EnumMap<>(Reason.class);

    /** The reasons are told apart by the words of the JDK's TLS, which has no types for most of them. */
    private enum Reason {
        NOT_ALLOWED("its certificate is not among those that are allowed", NEVER),
        REVOKED("its certificate is revoked", NEVER),
        NO_CERTIFICATE(
                "it presents no certificate of the trusted CA, which this member requires",
                "empty client certificate chain"),
        UNTRUSTED("its certificate is not trusted", "PKIX path|certpath"),
        REFUSES_OURS("it rejects our certificate, or every TLS version that we offer", "received fatal alert"),
        NO_TLS("it does not use TLS; it may have an http URL of this member instead of https", "plaintext connection"),
        GONE(
                "it closed the connection, perhaps because it does not trust our certificate",
                "broken pipe|connection reset"),
        OTHER("TLS failed", "");

        private final String text;
        private final Pattern words;

        Reason(String text, String words) {
            this.text = text;
            this.words = Pattern.compile(words, Pattern.CASE_INSENSITIVE);
        }

        static Reason of(Throwable failure, String said) {
            for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
                if (cause instanceof PeerNotAllowedException) {
                    return NOT_ALLOWED;
                }
                if (cause instanceof CertPathValidatorException path && path.getReason() == BasicReason.REVOKED) {
                    return REVOKED;
                }
            }
            return Arrays.stream(values())
                    .filter(reason -> reason.words.matcher(said).find())
                    .findFirst()
                    .orElse(OTHER);
        }
    }

    RefusedHandshakes(Clock clock) {
        for (Reason reason : Reason.values()) {
            logs.put(reason, new LogLimiter(clock::nanoTime));
        }
    }

    @Override
    public void handshakeFailed(Event event, Throwable failure) {
        log(event.getEndPoint().getRemoteSocketAddress(), failure);
    }

    /** @param failure from Jetty or the JDK */
    void log(SocketAddress from, Throwable failure) {
        String message = failure.getMessage();
        String said = LogText.oneLine(message == null ? failure.toString() : message);
        Reason reason = Reason.of(failure, said);
        long suppressed = Objects.requireNonNull(logs.get(reason)).acquire();
        if (suppressed >= 0) {
            LOG.warn(
                    "refused a TLS connection from {}: {} ({}); {} more since the last such line",
                    from,
                    reason.text,
                    said.length() <= SHOWN_CHARACTERS ? said : said.substring(0, SHOWN_CHARACTERS) + "…",
                    suppressed);
        }
    }
}
