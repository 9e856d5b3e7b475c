package offhook.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.CallerChallenge.Algorithm;
import offhook.config.CallerChallenge.Sources;

/// Reads `trunks[].challenge`. Knows the trunks that were read before: who calls from anywhere is
/// told by its name only, so that names must differ and the realm must be one.
final class TrunkChallengeReader {

    private static final String DEFAULT_REALM = "offhook";
    static final Words<Algorithm> ALGORITHMS =
            Words.of(Algorithm.class, a -> a.name().replace('_', '-'));
    static final Words<Sources> SOURCES = Words.lowerCase(Sources.class);

    /// What stands between quotes in a header and needs no escape; a colon would end the name
    /// within the hash (RFC 7616 §3.4.2).
    private static final Pattern NAME = Pattern.compile("[ !#-9;-\\[\\]-~]{1,64}");

    /// Shorter ones can be guessed from anywhere.
    private static final int LEAST_PASSWORD = 12;

    private final Map<String, String> trunksByUser = new HashMap<>();
    private Optional<String> realmOfAll = Optional.empty();

    /// @param trunk the section of the trunk
    /// @param name the trunk's name
    /// @param addressed whether it has addresses
    Optional<CallerChallenge> read(Section trunk, String name, boolean addressed) {
        Optional<Value> place = trunk.find("challenge");
        Optional<Section> section = place.flatMap(Value::section);
        return section.flatMap(s -> challenge(s, name, addressed));
    }

    private Optional<CallerChallenge> challenge(Section section, String name, boolean addressed) {
        Optional<String> username =
                section.require("username").flatMap(v -> name(v, "no user name of a digest"));
        Optional<Secret> password = section.require("password").flatMap(Value::secret);
        String realm =
                section.find("realm")
                        .flatMap(v -> name(v, "no realm of a digest"))
                        .orElse(DEFAULT_REALM);
        List<Algorithm> algorithms =
                section.find("algorithms")
                        .map(v -> Lists.distinct(v, ALGORITHMS::read))
                        .orElse(List.of(Algorithm.SHA_256, Algorithm.MD5));
        Sources sources = SOURCES.read(section, "sources", Sources.ADDRESSES);
        section.done();
        if (sources == Sources.ADDRESSES && !addressed) {
            section.problem(
                    "the trunk has no 'addresses', so nobody could call in: give some, or say"
                            + " 'sources: tcp'");
        }
        if (sources != Sources.ADDRESSES) {
            checkOpen(section, name, addressed, username, password, realm);
        }
        return username.flatMap(
                u -> password.map(p -> new CallerChallenge(u, p, realm, algorithms, sources)));
    }

    private void checkOpen(
            Section section,
            String name,
            boolean addressed,
            Optional<String> username,
            Optional<Secret> password,
            String realm) {
        if (addressed) {
            section.find("sources")
                    .ifPresent(v ->
                            v.problem(
                                    "is for a trunk without 'addresses', which could be anywhere;"
                                            + " leave out one of them"));
        }
        if (password.isPresent() && password.get().value().length() < LEAST_PASSWORD) {
            section.find("password")
                    .ifPresent(v ->
                            v.problem(
                                    "is shorter than "
                                            + LEAST_PASSWORD
                                            + " characters, and anybody may guess it"));
        }
        String before = username.map(u -> trunksByUser.putIfAbsent(u, name)).orElse(null);
        if (before != null) {
            section.find("username")
                    .ifPresent(
                            v -> v.problem(v.quoted() + " is the user of trunk '" + before + "'"));
        }
        if (realmOfAll.isPresent() && !realmOfAll.get().equals(realm)) {
            section.problem(
                    "the realm is '"
                            + realmOfAll.get()
                            + "' for another trunk that may call from anywhere; it must be one");
        }
        realmOfAll = Optional.of(realm);
    }

    private static Optional<String> name(Value value, String otherwise) {
        Optional<String> text = value.text();
        if (text.isPresent() && !NAME.matcher(text.get()).matches()) {
            value.problem(value.quoted() + " is " + otherwise);
            return Optional.empty();
        }
        return text;
    }
}
