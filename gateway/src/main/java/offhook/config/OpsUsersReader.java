package offhook.config;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import offhook.config.OpsUser.Role;

/// Reads `users` of what operators reach.
final class OpsUsersReader {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,63}");

    private OpsUsersReader() {}

    static List<OpsUser> read(Section ops) {
        List<OpsUser> users = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Section section : ops.sections("users")) {
            Optional<Value> name = section.require("name");
            Optional<String> known = name.flatMap(Value::text);
            if (known.isPresent() && !NAME.matcher(known.get()).matches()) {
                name.get()
                        .problem(
                                name.get().quoted()
                                        + " is no name of letters A-Z or a-z, digits, '.', '_',"
                                        + " '@' and '-'");
            } else if (known.isPresent() && !names.add(known.get())) {
                name.get().problem(name.get().quoted() + " is there twice");
            }
            Optional<Secret> hash =
                    section.require("password-hash").flatMap(AgentsReader::passwordHash);
            Role role = section.find("role").flatMap(OpsUsersReader::role).orElse(Role.READ);
            section.done();
            if (known.isPresent() && hash.isPresent()) {
                users.add(new OpsUser(known.get(), hash.get(), role));
            }
        }
        return List.copyOf(users);
    }

    private static Optional<Role> role(Value value) {
        Optional<Role> role =
                Arrays.stream(Role.values())
                        .filter(each -> value.text().equals(Optional.of(each.key())))
                        .findFirst();
        if (role.isEmpty()) {
            value.problem(value.quoted() + " is neither read nor operate");
        }
        return role;
    }
}
