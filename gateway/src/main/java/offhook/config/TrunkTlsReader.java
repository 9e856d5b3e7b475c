package offhook.config;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Reads `trunks[].tls`, and checks that what trunks want of TLS fits what `sip` serves.
final class TrunkTlsReader {

    private static final Pattern NAME =
            Pattern.compile("[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?");

    private TrunkTlsReader() {}

    static TrunkTls read(Section trunk) {
        Section section = trunk.section("tls");
        Optional<Path> ca = section.find("ca").flatMap(Value::readableFile);
        List<String> serverNames = names(section, "server-names");
        List<String> clientNames = names(section, "client-names");
        section.done();
        return new TrunkTls(ca, serverNames, clientNames);
    }

    private static List<String> names(Section section, String key) {
        return section.find(key)
                .map(v -> Lists.distinct(v, TrunkTlsReader::name))
                .orElse(List.of());
    }

    /// A host name or an address, or the SIP URI of a domain.
    private static Optional<String> name(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return text;
        }
        String bare = text.get().startsWith("sip:") ? text.get().substring(4) : text.get();
        if (bare.contains("*")) {
            value.problem("no wildcard is ever matched (RFC 5922); write the names themselves");
            return Optional.empty();
        }
        if (!NAME.matcher(bare).matches() && Addresses.parseHost(bare).isEmpty()) {
            value.problem(value.quoted() + " is no host name, no address and no sip:domain");
            return Optional.empty();
        }
        return Optional.of(bare.toLowerCase(Locale.ROOT));
    }

    /// Whether a URI leads over TLS.
    static boolean isSecure(String uri) {
        String lower = uri.toLowerCase(Locale.ROOT);
        return lower.startsWith("sips:") || lower.contains(";transport=tls");
    }

    /// Complains about trunks that TLS cannot serve as the file says.
    static void check(Section top, SipConfig sip, List<TrunkConfig> trunks) {
        boolean listens = sip.listen().stream().anyMatch(l -> l.scheme().equals("tls"));
        Map<String, String> anywhere = new HashMap<>();
        for (TrunkConfig trunk : trunks) {
            String who = "trunk '" + trunk.name() + "'";
            boolean secure = trunk.uri().filter(TrunkTlsReader::isSecure).isPresent();
            List<String> clients = trunk.tls().clientNames();
            boolean anySecure =
                    Stream.concat(
                                            Stream.of(trunk.uri(), trunk.outboundProxy()),
                                            trunk.register().stream()
                                                    .flatMap(terms -> terms.registrars().stream())
                                                    .flatMap(each ->
                                                            Stream.of(
                                                                    each.uri(),
                                                                    each.outboundProxy())))
                                    .flatMap(Optional::stream)
                                    .anyMatch(TrunkTlsReader::isSecure)
                            || trunk.reach().moreUris().stream().anyMatch(TrunkTlsReader::isSecure);
            if ((anySecure || !clients.isEmpty()) && !listens) {
                top.section("sip").problem(who + " uses TLS: 'listen' needs a tls:// address too");
            }
            if (clients.isEmpty()) {
                continue;
            }
            if (trunk.uri().isPresent() && !secure) {
                problem(top, who + " has 'tls.client-names': 'uri' must lead over TLS too");
            }
            if (trunk.tls().ca().or(() -> sip.tls().flatMap(SipConfig.Tls::ca)).isEmpty()) {
                problem(top, who + " has 'tls.client-names': 'tls.ca' or 'sip.tls.ca' is needed");
            }
            if (trunk.addresses().isEmpty()) {
                for (String name : clients) {
                    String other = anywhere.putIfAbsent(name, trunk.name());
                    if (other != null) {
                        problem(
                                top,
                                who
                                        + " and trunk '"
                                        + other
                                        + "' are both '"
                                        + name
                                        + "' in 'tls.client-names', and no addresses tell which");
                    }
                }
            }
        }
    }

    private static void problem(Section top, String what) {
        top.find("trunks").ifPresent(v -> v.problem(what));
    }
}
