package offhook.ops;

import java.security.Principal;
import java.util.Optional;
import javax.security.auth.Subject;

/// Somebody who signed in to the remote JMX port.
///
/// @param user of the configuration
/// @param operates whether it may change things
/// @param address where it comes from
record RemoteUser(String user, boolean operates, String address) implements Principal {

    /// On whose behalf this thread does what it does; empty: of nobody who came through that port.
    static Optional<RemoteUser> current() {
        return Optional.ofNullable(Subject.current())
                .flatMap(subject -> subject.getPrincipals(RemoteUser.class).stream().findFirst());
    }

    @Override
    public String getName() {
        return user;
    }

    /// As the audit log names it.
    @Override
    public String toString() {
        return "jmx:" + user + "@" + address;
    }
}
