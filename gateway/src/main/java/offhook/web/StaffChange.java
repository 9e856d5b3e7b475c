package offhook.web;

import java.util.List;
import java.util.Optional;
import offhook.config.AgentsConfig;

/// Other users than before, made ready. Those who are no users any more, or have another password,
/// may not go on by what they signed in with: a call that a page holds is not touched, nothing new
/// begins there, and the page is closed after it.
public final class StaffChange {

    private final Staff staff;
    private final Revocations revocations;
    private final AgentDesk desk;
    private final List<AgentsConfig.User> before;
    private final List<AgentsConfig.User> wanted;
    private final Staff.Known known;
    private final List<String> dismissed;

    /// Takes as long as a password's check.
    StaffChange(
            Staff staff, Revocations revocations, AgentDesk desk, List<AgentsConfig.User> wanted) {
        this.staff = staff;
        this.revocations = revocations;
        this.desk = desk;
        this.before = staff.users();
        this.wanted = wanted;
        this.known = Staff.known(wanted);
        this.dismissed =
                before.stream()
                        .filter(user -> now(user).filter(user::provesLike).isEmpty())
                        .map(AgentsConfig.User::name)
                        .toList();
    }

    private Optional<AgentsConfig.User> now(AgentsConfig.User user) {
        return Optional.ofNullable(known.users().get(user.name()));
    }

    /// The sign-in names of those who may not go on.
    public List<String> dismissed() {
        return dismissed;
    }

    /// The users from then on.
    public List<AgentsConfig.User> users() {
        return wanted;
    }

    /// Goes by it from now on. On the owner of the agents.
    public void take() {
        // In this order: whoever signs in meanwhile has a token that is revoked, or gets none.
        staff.become(known);
        revocations.note(dismissed);
        dismissed.forEach(desk::onDismissed);
        for (AgentsConfig.User user : before) {
            now(user)
                    .filter(now -> !dismissed.contains(now.name()) && !now.equals(user))
                    .ifPresent(now -> desk.onRenamed(AgentProfile.of(user), AgentProfile.of(now)));
        }
    }

    /// Has the dismissals outlast a restart. For threads that may wait for a disk.
    ///
    /// @return for the operator, why they do not; empty when they do
    public Optional<String> keep() {
        return dismissed.isEmpty() ? Optional.empty() : revocations.keep();
    }
}
