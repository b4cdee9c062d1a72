package dev.rafthttp.tls;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.security.auth.x500.X500Principal;
import org.jspecify.annotations.Nullable;

/** Reads the names in a certificate, by the rules of Go's {@code crypto/x509}, which etcd follows. */
public final class CertificateNames {
    /** RFC 5280's GeneralName of a DNS name. */
    private static final Integer DNS = 2;

    /** RFC 5280's GeneralName of an IP address. */
    private static final Integer IP = 7;

    /** RFC 5280's GeneralNames that the JDK gives as text. */
    private static final Map<Integer, String> TEXTS = Map.of(1, "email", DNS, "DNS", 6, "URI", IP, "IP");

    /** How much of each part of a certificate is told. Whoever the CA issues a certificate for may choose its length. */
    private static final int SHOWN_CHARACTERS = 80;

    /** Without zeros that some read as octal. */
    private static final Pattern IPV4 =
            Pattern.compile("((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(\\.(?!$)|$)){4}");

    private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f]*:[0-9A-Fa-f:.]*");

    private static final Pattern HOST = Pattern.compile("[a-z0-9_][a-z0-9_-]*(\\.[a-z0-9_][a-z0-9_-]*)*\\.?");

    private static final Pattern UNPRINTABLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");

    private CertificateNames() {}

    /** The last CN of the subject. Empty if there is none, if it is not text, or if it is one of two that are of equal rank. */
    static Optional<String> commonName(X509Certificate certificate) {
        try {
            String subject = certificate.getSubjectX500Principal().getName(X500Principal.RFC2253);
            // RFC 2253 writes the subject backwards, and LdapName numbers that backwards again.
            List<Rdn> parts = new LdapName(subject).getRdns();
            for (int i = parts.size() - 1; i >= 0; i--) {
                Attribute name = parts.get(i).toAttributes().get("CN");
                if (name != null) {
                    return name.size() == 1 && name.get() instanceof String text ? Optional.of(text) : Optional.empty();
                }
            }
            return Optional.empty();
        } catch (NamingException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a certificate is valid for a host. Only its subject alternative names count. The first label of such a name may be
     * {@code *}, for any one label.
     *
     * @param host a name, which may have {@code _}, or an IP address, of version 6 also in brackets
     */
    public static boolean cover(X509Certificate certificate, String host) {
        InetAddress address = address(host);
        return alternatives(certificate).stream()
                .anyMatch(each -> address == null
                        ? each.get(0).equals(DNS) && matches((String) each.get(1), host)
                        : each.get(0).equals(IP) && address.equals(address((String) each.get(1))));
    }

    /** The first label of a certificate's name may be {@code *}, for any one label. */
    private static boolean matches(String certified, String host) {
        String pattern = certified.toLowerCase(Locale.ROOT);
        String name = host.toLowerCase(Locale.ROOT);
        if (!HOST.matcher(name).matches()) {
            return pattern.equals(name);
        }
        if (name.endsWith(".")) {
            name = name.substring(0, name.length() - 1);
        }
        int dot = name.indexOf('.');
        return pattern.equals(name) || dot > 0 && pattern.equals("*" + name.substring(dot));
    }

    /** Asks no name service. Null if the text is not an IP address. */
    private static @Nullable InetAddress address(String text) {
        String bare = text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
        if (!IPV4.matcher(bare).matches() && !IPV6.matcher(bare).matches()) {
            return null;
        }
        try {
            return InetAddress.getAllByName(bare)[0];
        } catch (UnknownHostException e) {
            return null;
        }
    }

    /** Subject, serial number and subject alternative names, for messages. What is long is cut. */
    static String describe(X509Certificate certificate) {
        String alternatives = alternatives(certificate).stream()
                .filter(each -> TEXTS.containsKey((Integer) each.get(0)))
                .map(each -> TEXTS.get((Integer) each.get(0)) + ":" + each.get(1))
                .collect(Collectors.joining(", "));
        return "\"" + shortened(certificate.getSubjectX500Principal().getName()) + "\" (serial number "
                + shortened(certificate.getSerialNumber().toString(16)) + ", "
                + (alternatives.isEmpty() ? "no SANs" : "SANs " + shortened(alternatives)) + ")";
    }

    /** On one line, without what tells a terminal what to do. */
    static String shortened(String text) {
        String line = UNPRINTABLE.matcher(text).replaceAll(" ");
        return line.length() <= SHOWN_CHARACTERS ? line : line.substring(0, SHOWN_CHARACTERS) + "…";
    }

    private static Collection<List<?>> alternatives(X509Certificate certificate) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            return names == null ? List.of() : names;
        } catch (CertificateParsingException e) {
            return List.of();
        }
    }
}
