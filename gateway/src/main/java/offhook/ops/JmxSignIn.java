package offhook.ops;

import java.rmi.server.RemoteServer;
import java.rmi.server.ServerNotActiveException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import javax.management.remote.JMXAuthenticator;
import javax.management.remote.JMXPrincipal;
import javax.security.auth.Subject;
import offhook.config.JmxConfig;
import offhook.config.OpsUser;
import offhook.config.OpsUser.Role;
import offhook.guard.PasswordHashes;
import offhook.guard.SignInGuard;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import offhook.telemetry.AuditLog;

/// Lets those in to the remote JMX port who know a password. On the connections' threads.
final class JmxSignIn implements JMXAuthenticator {

    private static final String WHAT = "jmx-sign-in";
    private static final int FAILURES = 5;
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int LONGEST = 256;

    private final Map<String, Role> roles;
    private final PasswordHashes passwords;
    private final SignInGuard guard;
    private final AuditLog audit;

    JmxSignIn(JmxConfig config, NanoClock clock, AuditLog audit) {
        this.roles =
                config.users().stream().collect(Collectors.toMap(OpsUser::name, OpsUser::role));
        this.passwords =
                new PasswordHashes(
                        config.users().stream()
                                .collect(
                                        Collectors.toMap(
                                                OpsUser::name,
                                                user -> user.passwordHash().value())));
        this.guard = new SignInGuard(FAILURES, WINDOW.toNanos(), clock);
        this.audit = audit;
    }

    @Override
    public Subject authenticate(Object credentials) {
        String address = address();
        if (!(credentials instanceof String[] pair)
                || pair.length != 2
                || pair[0] == null
                || pair[1] == null
                || pair[0].length() > LONGEST
                || pair[1].length() > LONGEST) {
            throw refused(address, "", "no name and password");
        }
        String name = pair[0];
        if (guard.blockedNanos(name, address) > 0) {
            throw refused(address, name, "too many wrong passwords; again in a minute");
        }
        Threads.pause(guard.delayNanos(name));
        return switch (passwords.check(name, pair[1])) {
            case RIGHT -> {
                RemoteUser user = new RemoteUser(name, roles.get(name) == Role.OPERATE, address);
                audit.record(user.toString(), WHAT, "", "ok");
                yield new Subject(true, Set.of(new JMXPrincipal(name), user), Set.of(), Set.of());
            }
            case WRONG -> {
                guard.failed(name, address);
                throw refused(address, name, "wrong name or password");
            }
            case OVERLOADED -> throw refused(address, name, "too many sign-ins at one time");
        };
    }

    private SecurityException refused(String address, String name, String why) {
        audit.recordStranger(address, WHAT, "name=" + name, "refused: " + why);
        return new SecurityException(why);
    }

    private static String address() {
        try {
            return RemoteServer.getClientHost();
        } catch (ServerNotActiveException e) {
            throw new SecurityException("asked by nobody", e);
        }
    }
}
