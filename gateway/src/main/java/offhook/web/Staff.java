package offhook.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import offhook.config.AgentsConfig;
import offhook.guard.PasswordHashes;

/// The users of the configuration and their passwords, exchanged whole when it is read again. Safe
/// for any thread.
final class Staff {

    private record Known(Map<String, AgentsConfig.User> users, PasswordHashes hashes) {}

    private volatile Known known;

    Staff(List<AgentsConfig.User> users) {
        known = known(users);
    }

    private static Known known(List<AgentsConfig.User> users) {
        return new Known(
                users.stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        AgentsConfig.User::name, Function.identity())),
                new PasswordHashes(
                        users.stream()
                                .collect(
                                        Collectors.toMap(
                                                AgentsConfig.User::name,
                                                user -> user.passwordHash().value()))));
    }

    /// These are the users from now on.
    void reconfigured(List<AgentsConfig.User> users) {
        known = known(users);
    }

    List<AgentsConfig.User> users() {
        return List.copyOf(known.users().values());
    }

    /// Checks a password; takes as long as bcrypt does.
    PasswordHashes.Check check(String name, String password) {
        return known.hashes().check(name, password);
    }

    /// The user of this name.
    Optional<AgentsConfig.User> user(String name) {
        return Optional.ofNullable(known.users().get(name));
    }
}
