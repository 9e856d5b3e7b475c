package offhook.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.TrunkConfig.Auth;
import offhook.config.TrunkConfig.Codec;
import offhook.config.TrunkConfig.Dtmf;
import offhook.config.TrunkConfig.MediaSource;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.config.TrunkConfig.Srtp;

/// Reads `trunks`.
final class TrunkReader {

    static final Words<Codec> CODECS =
            Words.of(
                    Codec.class,
                    c -> c == Codec.OPUS ? c.name().toLowerCase(Locale.ROOT) : c.name());
    static final Words<Dtmf> DTMF = Words.lowerCase(Dtmf.class);
    static final Words<Srtp> SRTP = Words.lowerCase(Srtp.class);
    static final Words<MediaSource> MEDIA = Words.lowerCase(MediaSource.class);

    /// The part of RFC 3261 §19.1.1 that a trunk needs.
    private static final Pattern URI =
            Pattern.compile(
                    "(sips?):(?:[^@\\s;?]+@)?(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?"
                            + "((?:;[A-Za-z0-9-]+(?:=[^;?\\s]+)?)*)");

    /// RFC 3261 §25.1, without escapes.
    private static final Pattern USER = Pattern.compile("[A-Za-z0-9_.!~*'()&=+$,;?/-]{1,64}");

    private static final int MAX_TIMER_SECONDS = 86_400;

    private final Names names;
    private final Preferences preferences;
    private final Map<Cidr, String> owners = new LinkedHashMap<>();
    private final TrunkChallengeReader challenges = new TrunkChallengeReader();

    TrunkReader(Names names, Preferences preferences) {
        this.names = names;
        this.preferences = preferences;
    }

    TrunkConfig read(Section written) {
        TrunkPresets.Applied applied = TrunkPresets.apply(written);
        Section section = applied.trunk();
        String name = names.define(section);
        List<String> uris = section.find("uri").map(v -> uris(v)).orElse(List.of());
        List<Cidr> addresses = blocks(section, "addresses", (v, block) -> own(v, block, name));
        boolean named = section.section("tls").find("client-names").isPresent();
        Optional<CallerChallenge> challenge =
                challenges.read(section, name, !section.list("addresses").isEmpty());
        if (section.find("uri").isEmpty()
                && section.find("addresses").isEmpty()
                && section.find("challenge").isEmpty()
                && !named) {
            section.problem("'uri' or 'addresses' is needed, or no call could pass");
        }
        List<Codec> codecs = codecs(section);
        Optional<String> proxy = section.find("outbound-proxy").flatMap(TrunkReader::uri);
        Optional<Auth> auth =
                section.find("auth").flatMap(Value::section).flatMap(TrunkReader::auth);
        TrunkConfig trunk =
                new TrunkConfig(
                        name,
                        uris.stream().findFirst(),
                        addresses,
                        auth,
                        TrunkRegisterReader.read(section, uris, proxy, auth),
                        proxy,
                        codecs,
                        DTMF.read(section, "dtmf", Dtmf.RFC4733),
                        srtp(section, uris.stream().findFirst()),
                        MEDIA.read(section, "media", MediaSource.STRICT),
                        blocks(section, "media-addresses", (_, _) -> {}),
                        preferences.ofTrunk(section, name, codecs),
                        sessionTimers(section),
                        applied.preset(),
                        TrunkSetUpReader.read(section),
                        challenge,
                        TrunkReachReader.read(section, uris),
                        TrunkTransferReader.read(section),
                        TrunkIdentityReader.read(section),
                        TrunkTlsReader.read(section),
                        TrunkAdvertisedReader.read(
                                section, uris.stream().findFirst().flatMap(TrunkConfig::address)));
        section.done();
        return trunk;
    }

    private static List<String> uris(Value value) {
        return value.isList()
                ? Lists.distinct(value, TrunkReader::uri)
                : uri(value).map(List::of).orElse(List.of());
    }

    static Optional<String> uri(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return text;
        }
        Matcher matcher = URI.matcher(text.get());
        if (!matcher.matches() || (matcher.group(3) != null && !isPort(matcher.group(3)))) {
            value.problem(
                    value.quoted()
                            + " is no SIP URI, such as sip:pbx.example.com:5060;transport=udp");
            return Optional.empty();
        }
        return text;
    }

    private static boolean isPort(String digits) {
        int port = Integer.parseInt(digits);
        return port >= 1 && port <= 65535;
    }

    private static List<Cidr> blocks(Section section, String key, BiConsumer<Value, Cidr> also) {
        List<Cidr> blocks = new ArrayList<>();
        for (Value value : section.list(key)) {
            Optional<Cidr> block = block(value);
            block.ifPresent(b -> also.accept(value, b));
            block.ifPresent(blocks::add);
        }
        return List.copyOf(blocks);
    }

    private static Optional<Cidr> block(Value value) {
        try {
            return value.text().map(Cidr::parse);
        } catch (IllegalArgumentException e) {
            value.problem(String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /// Which trunk a caller belongs to must be certain.
    private void own(Value value, Cidr block, String name) {
        for (Map.Entry<Cidr, String> other : owners.entrySet()) {
            if (other.getKey().overlaps(block) && !other.getValue().equals(name)) {
                value.problem(
                        "overlaps "
                                + other.getKey()
                                + " of trunk '"
                                + other.getValue()
                                + "': a call from there could be of either. Make one trunk of"
                                + " both, or tell them apart by tls.client-names or"
                                + " 'challenge' in place of 'addresses'");
                return;
            }
        }
        owners.put(block, name);
    }

    private static Optional<Auth> auth(Section section) {
        Optional<String> username = section.require("username").flatMap(Value::text);
        Optional<Secret> password = section.require("password").flatMap(Value::secret);
        Optional<String> realm = section.find("realm").flatMap(Value::text);
        boolean inDialog = section.flag("in-dialog", false);
        if (inDialog && section.find("realm").isEmpty()) {
            section.find("in-dialog")
                    .ifPresent(v ->
                            v.problem(
                                    "within a call whoever is called could ask for the password:"
                                            + " 'realm' is needed"));
        }
        section.done();
        return username.flatMap(u -> password.map(p -> new Auth(u, p, realm, inDialog)));
    }

    static Optional<String> user(Value value) {
        Optional<String> text = value.text();
        if (text.isPresent() && !isUser(text.get())) {
            value.problem(value.quoted() + " is no user of a SIP URI");
            return Optional.empty();
        }
        return text;
    }

    static boolean isUser(String text) {
        return USER.matcher(text).matches();
    }

    private static SessionTimers sessionTimers(Section trunk) {
        Section section = trunk.section("session-timer");
        SessionTimers absent = SessionTimers.DEFAULT;
        int min =
                section.integer("min", absent.minSeconds(), MAX_TIMER_SECONDS, absent.minSeconds());
        int expires = section.integer("expires", 0, MAX_TIMER_SECONDS, absent.expiresSeconds());
        if (expires > 0 && expires < min) {
            String least = "'expires' is 0, for no timer, or at least 'min', " + min + " seconds";
            section.find("expires")
                    .ifPresentOrElse(v -> v.problem(least), () -> section.problem(least));
        }
        boolean always = section.flag("always", absent.always());
        if (always && expires == 0) {
            section.problem("'always' needs an 'expires' above 0");
        }
        section.done();
        return new SessionTimers(expires, min, always);
    }

    private static List<Codec> codecs(Section section) {
        return section.find("codecs")
                .map(v -> Lists.distinct(v, CODECS::read))
                .orElse(List.of(Codec.PCMA, Codec.PCMU));
    }

    /// Keys travel in SIP: who reads that has them (RFC 4568 §8).
    private static Srtp srtp(Section section, Optional<String> uri) {
        Srtp srtp = SRTP.read(section, "srtp", Srtp.OFF);
        boolean readable =
                uri.map(URI::matcher)
                        .filter(Matcher::matches)
                        .map(matcher -> !isSecure(matcher))
                        .orElse(false);
        if (srtp == Srtp.REQUIRED && readable) {
            section.find("srtp")
                    .ifPresent(v ->
                            v.warning(
                                    "the keys of the audio travel in SIP that anybody on the way can"
                                            + " read; 'uri' with transport=tls protects them"));
        }
        return srtp;
    }

    private static boolean isSecure(Matcher uri) {
        return uri.group(1).equals("sips") || uri.group(4).contains(";transport=tls");
    }
}
