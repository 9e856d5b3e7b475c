package offhook.web;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import offhook.runtime.Owner;

/// Sockets that are not signed in, each with the time it has for it. Owned by the desk's owner.
final class Strangers {

    private final Owner owner;
    private final Duration patience;
    private final Map<PageLink, Owner.Deadline> waiting = new HashMap<>();

    /// @param patience how long each may take to sign in
    Strangers(Owner owner, Duration patience) {
        this.owner = owner;
        this.patience = patience;
    }

    void onOpened(PageLink link) {
        waiting.put(link, owner.schedule(patience.toNanos(), () -> onHelloOverdue(link)));
    }

    /// Deadlines go before commands: a `hello` that waits at a busy desk came in time, so the end
    /// goes behind it.
    private void onHelloOverdue(PageLink link) {
        if (!owner.post(() -> close(link))) {
            close(link);
        }
    }

    private void close(PageLink link) {
        if (forget(link)) {
            link.close(CloseCode.TOO_SLOW, "no hello in time");
        }
    }

    /// A socket is no stranger any more, or is gone.
    ///
    /// @return whether it was one
    boolean forget(PageLink link) {
        Owner.Deadline deadline = waiting.remove(link);
        if (deadline != null) {
            deadline.cancel();
        }
        return deadline != null;
    }
}
