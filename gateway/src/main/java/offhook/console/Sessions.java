package offhook.console;

import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.config.OpsUser;
import offhook.runtime.NanoClock;

/// Who is signed in at the operations page. Kept in memory: a restart signs everybody out. Any
/// thread.
final class Sessions {

    /// A working day.
    static final long LIFETIME_SECONDS = TimeUnit.HOURS.toSeconds(8);

    /// With one more the oldest is signed out.
    static final int MOST = 64;

    private static final int TOKEN_BYTES = 32;

    private final Map<String, Session> sessions = new ConcurrentHashMap<>();
    private final SecureRandom random = new SecureRandom();
    private final NanoClock clock;

    private record Session(OpsUser user, long sinceNanos) {}

    Sessions(NanoClock clock) {
        this.clock = clock;
    }

    /// Begins one.
    ///
    /// @return the token that shows it, of 256 random bits
    String begin(OpsUser user) {
        byte[] bits = new byte[TOKEN_BYTES];
        random.nextBytes(bits);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
        sessions.put(token, new Session(user, clock.nanoTime()));
        makeRoom();
        return token;
    }

    private void makeRoom() {
        long now = clock.nanoTime();
        sessions.values().removeIf(session -> isOver(session, now));
        List<Map.Entry<String, Session>> oldestFirst = new ArrayList<>(sessions.entrySet());
        oldestFirst.sort(Comparator.comparingLong(each -> each.getValue().sinceNanos() - now));
        for (int i = 0; i < oldestFirst.size() - MOST; i++) {
            sessions.remove(oldestFirst.get(i).getKey());
        }
    }

    /// Who shows this token; empty when it is none, or over.
    Optional<OpsUser> user(String token) {
        return Optional.ofNullable(sessions.get(token))
                .filter(session -> !isOver(session, clock.nanoTime()))
                .map(Session::user);
    }

    /// Ends one.
    void end(String token) {
        sessions.remove(token);
    }

    /// Ends those of users who are none of these.
    void retain(Collection<OpsUser> users) {
        sessions.values().removeIf(session -> !users.contains(session.user()));
    }

    private static boolean isOver(Session session, long now) {
        return now - session.sinceNanos() >= TimeUnit.SECONDS.toNanos(LIFETIME_SECONDS);
    }
}
