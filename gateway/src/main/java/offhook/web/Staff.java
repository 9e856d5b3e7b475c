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

    /// Who is known at one time.
    record Known(Map<String, AgentsConfig.User> users, PasswordHashes hashes) {}

    private volatile Known known;

    Staff(List<AgentsConfig.User> users) {
        known = known(users);
    }

    /// Makes ready that these are the users, for [#become]. Takes as long as a password's check.
    static Known known(List<AgentsConfig.User> users) {
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
    void become(Known others) {
        known = others;
    }

    List<AgentsConfig.User> users() {
        return List.copyOf(known.users().values());
    }

    /// What a check of a password found.
    ///
    /// @param user whose it is; empty unless it is right
    record Checked(PasswordHashes.Check result, Optional<AgentsConfig.User> user) {}

    /// Checks a password; takes as long as bcrypt does.
    Checked check(String name, String password) {
        Known now = known;
        PasswordHashes.Check result = now.hashes().check(name, password);
        return new Checked(
                result,
                result == PasswordHashes.Check.RIGHT
                        ? Optional.ofNullable(now.users().get(name))
                        : Optional.empty());
    }

    /// Whether a user may still prove to be one by what was shown before.
    boolean stillKnows(AgentsConfig.User user) {
        return user(user.name()).filter(user::provesLike).isPresent();
    }

    /// The user of this name.
    Optional<AgentsConfig.User> user(String name) {
        return Optional.ofNullable(known.users().get(name));
    }
}
