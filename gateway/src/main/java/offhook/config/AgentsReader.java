package offhook.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.config.AgentsConfig.User;

/// Reads `agents`.
final class AgentsReader {

    private static final Duration DEFAULT_TOKEN_LIFETIME = Duration.ofHours(8);
    private static final Duration DEFAULT_GRACE = Duration.ofSeconds(60);
    private static final int MIN_SECRET_LENGTH = 32;
    private static final int MAX_CALLS = 8;

    /// Who saw a digest can try passwords without asking anybody.
    private static final int MIN_SIP_PASSWORD_LENGTH = 12;

    /// Version, cost and 53 characters of salt and hash.
    private static final Pattern BCRYPT =
            Pattern.compile("\\$2[aby]\\$(?:0[4-9]|[12][0-9]|3[01])\\$[./A-Za-z0-9]{53}");

    private static final Pattern CALLER_ID = Pattern.compile("[+]?[0-9]{1,32}");
    private static final Pattern DURATION = Pattern.compile("([0-9]{1,6})(s|m|h)");

    private static final String MAKE_HASH =
            "htpasswd -nbBC 10 \"\" PASSWORD makes one, without the ':' before it";

    private AgentsReader() {}

    static AgentsConfig read(Section section, Names names) {
        Optional<Value> tokens = section.find("tokens");
        List<User> users = new ArrayList<>();
        for (Section user : section.sections("users")) {
            users.add(user(user, names, tokens.isPresent()));
        }
        AgentsConfig agents =
                new AgentsConfig(
                        List.copyOf(users),
                        section.find("token-lifetime")
                                .flatMap(AgentsReader::lifetime)
                                .orElse(DEFAULT_TOKEN_LIFETIME),
                        section.find("token-secret").flatMap(AgentsReader::tokenSecret),
                        section.seconds("grace-seconds", 0, 3600, DEFAULT_GRACE),
                        tokens.flatMap(Value::section).flatMap(IssuerReader::read));
        section.done();
        return agents;
    }

    /// @param byToken whether there are other ways to sign in than by a password
    private static User user(Section section, Names names, boolean byToken) {
        String name = names.define(section);
        Optional<Value> password =
                byToken
                        ? section.find("password-hash")
                        : section.require("password-hash", MAKE_HASH);
        Secret hash = password.flatMap(AgentsReader::passwordHash).orElse(new Secret(""));
        String displayName = section.find("display-name").flatMap(Value::text).orElse(name);
        Optional<String> callerId = section.find("caller-id").flatMap(AgentsReader::callerId);
        boolean withholdNumber = section.flag("withhold-number", false);
        int calls = section.integer("calls", 1, MAX_CALLS, 1);
        Optional<Secret> sipPassword =
                section.find("sip-password").flatMap(AgentsReader::sipPassword);
        section.done();
        return new User(name, hash, displayName, callerId, withholdNumber, calls, sipPassword);
    }

    private static Optional<String> callerId(Value value) {
        Optional<String> number = value.text().filter(t -> CALLER_ID.matcher(t).matches());
        if (number.isEmpty()) {
            value.problem(value.quoted() + " is no number of at most 32 digits, as +34911234567");
        }
        return number;
    }

    /// Not warned about in a readable file: a hash is made to be hard to turn back.
    static Optional<Secret> passwordHash(Value value) {
        Optional<String> text = value.text();
        Optional<String> hash = text.filter(t -> BCRYPT.matcher(t).matches());
        if (text.isPresent() && hash.isEmpty()) {
            value.problem("is no bcrypt hash, $2b$cost$...: " + MAKE_HASH);
        }
        return hash.map(Secret::new);
    }

    private static Optional<Secret> tokenSecret(Value value) {
        Optional<Secret> secret = value.secret();
        if (secret.isPresent() && secret.get().value().length() < MIN_SECRET_LENGTH) {
            value.problem("has fewer than " + MIN_SECRET_LENGTH + " characters");
        }
        return secret;
    }

    private static Optional<Secret> sipPassword(Value value) {
        Optional<Secret> secret = value.secret();
        if (secret.isPresent() && secret.get().value().length() < MIN_SIP_PASSWORD_LENGTH) {
            value.problem("has fewer than " + MIN_SIP_PASSWORD_LENGTH + " characters");
        }
        return secret;
    }

    private static Optional<Duration> lifetime(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = DURATION.matcher(text.get());
        if (matcher.matches()) {
            long n = Long.parseLong(matcher.group(1));
            Duration duration =
                    switch (matcher.group(2)) {
                        case "h" -> Duration.ofHours(n);
                        case "m" -> Duration.ofMinutes(n);
                        default -> Duration.ofSeconds(n);
                    };
            if (duration.toSeconds() >= 60 && duration.toDays() <= 30) {
                return Optional.of(duration);
            }
        }
        value.problem(value.quoted() + " is not a time within 60s-720h, as 90s, 30m or 8h");
        return Optional.empty();
    }
}
