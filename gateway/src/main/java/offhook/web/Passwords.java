package offhook.web;

import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.config.AgentsConfig;
import offhook.guard.PasswordHashes;

/// The users of the configuration and their passwords. Safe for any thread.
final class Passwords {

    private final Map<String, AgentsConfig.User> users;
    private final PasswordHashes hashes;

    Passwords(AgentsConfig agents) {
        this.users =
                agents.users().stream()
                        .collect(Collectors.toMap(AgentsConfig.User::name, user -> user));
        this.hashes =
                new PasswordHashes(
                        agents.users().stream()
                                .collect(
                                        Collectors.toMap(
                                                AgentsConfig.User::name,
                                                user -> user.passwordHash().value())));
    }

    /// Checks a password; takes as long as bcrypt does.
    PasswordHashes.Check check(String name, String password) {
        return hashes.check(name, password);
    }

    /// The user of this name.
    Optional<AgentsConfig.User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }
}
