package offhook.tls;

import java.net.InetAddress;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/// Whom a certificate names (RFC 5922 §7.1), and whether it names somebody (§7.2). The common name
/// of the subject counts for nothing. Pure.
public final class CertificateNames {

    private static final int URI = 6;
    private static final int DNS = 2;
    private static final int ADDRESS = 7;

    private CertificateNames() {}

    /// The SIP domains and addresses that a certificate names: of the URIs those with the scheme
    /// `sip` and without a user, or else its DNS names; and its addresses, which the RFC leaves
    /// open.
    public static List<String> of(X509Certificate certificate) {
        Collection<List<?>> all;
        try {
            all = Optional.ofNullable(certificate.getSubjectAlternativeNames()).orElse(List.of());
        } catch (CertificateParsingException _) {
            return List.of();
        }
        List<String> domains = texts(all, URI).flatMap(CertificateNames::domain).toList();
        Stream<String> named = domains.isEmpty() ? texts(all, DNS) : domains.stream();
        return Stream.concat(named, texts(all, ADDRESS)).toList();
    }

    private static Stream<String> texts(Collection<List<?>> names, int kind) {
        return names.stream()
                .filter(name -> name.getFirst().equals(kind))
                .map(name -> String.valueOf(name.get(1)));
    }

    private static Stream<String> domain(String uri) {
        if (!uri.regionMatches(true, 0, "sip:", 0, 4) || uri.indexOf('@') >= 0) {
            return Stream.empty();
        }
        String rest = uri.substring(4);
        int end = rest.startsWith("[") ? rest.indexOf(']') + 1 : indexOfAny(rest, ":;?");
        return end == 0 ? Stream.empty() : Stream.of(end < 0 ? rest : rest.substring(0, end));
    }

    private static int indexOfAny(String text, String stops) {
        for (int i = 0; i < text.length(); i++) {
            if (stops.indexOf(text.charAt(i)) >= 0) {
                return i;
            }
        }
        return -1;
    }

    /// Whether one of the names is meant: whole and without regard to case; no wildcard matches
    /// anything.
    public static boolean match(List<String> names, String wanted) {
        return names.stream().anyMatch(name -> same(name, wanted));
    }

    private static boolean same(String name, String wanted) {
        Optional<InetAddress> address = address(name);
        return address.isPresent()
                ? address.equals(address(wanted))
                : lower(name).equals(lower(wanted));
    }

    private static String lower(String name) {
        String dotless = name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
        return dotless.toLowerCase(Locale.ROOT);
    }

    private static Optional<InetAddress> address(String text) {
        String bare = text.startsWith("[") ? text.substring(1, text.length() - 1) : text;
        try {
            return Optional.of(InetAddress.ofLiteral(bare));
        } catch (IllegalArgumentException _) {
            return Optional.empty();
        }
    }
}
