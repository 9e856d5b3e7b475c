package offhook.ops;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;
import offhook.ops.Alarm.Kind;
import offhook.runtime.Owner;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Looks once a second at what can go wrong, and says when it does and when it is over: in the log
/// and as JMX notifications. Owned by its [Owner]; [#active()] is for any thread.
public final class Alarms {

    /// The type of the notification of an alarm that begins; its user data are `kind`, `subject`,
    /// `severity`, `text`, `remedy`.
    static final String RAISED = "offhook.alarm.raised";

    /// The same of one that is over.
    static final String CLEARED = "offhook.alarm.cleared";

    private static final Logger LOG = LogManager.getLogger(Alarms.class);
    private static final long LOOK_NANOS = 1_000_000_000L;

    /// Alarms of one kind that are shown; a kind that strikes everybody is told by its first ones.
    private static final int MOST_OF_A_KIND = 100;

    private static final Comparator<Alarm> FIRST_TO_LOOK_AT =
            Comparator.comparing((Alarm alarm) -> alarm.kind().severity())
                    .thenComparing(Alarm::since);

    private final Owner owner;
    private final InstantSource wallClock;
    private final Map<Kind, Supplier<Map<String, String>>> conditions = new LinkedHashMap<>();
    private final NotificationBroadcasterSupport broadcaster =
            new NotificationBroadcasterSupport(
                    new MBeanNotificationInfo(
                            new String[] {RAISED, CLEARED},
                            Notification.class.getName(),
                            "an alarm begins or is over"));

    // Touched by the owner alone.
    private final Map<Key, Long> badSince = new HashMap<>();
    private final Map<Key, Long> goodSince = new HashMap<>();
    private final Map<Key, Alarm> raised = new LinkedHashMap<>();
    private final Set<Kind> unknown = EnumSet.noneOf(Kind.class);
    private long sequence;

    /// Exchanged whole by the owner, read by any thread.
    private volatile List<Alarm> active = List.of();

    private record Key(Kind kind, String subject) {}

    /// @param owner started and stopped by whoever made it
    public Alarms(Owner owner, InstantSource wallClock) {
        this.owner = owner;
        this.wallClock = wallClock;
    }

    /// Before [#start].
    ///
    /// @param condition what is wrong now, in words by subject; empty when all is well
    public void watch(Kind kind, Supplier<Map<String, String>> condition) {
        conditions.put(kind, condition);
    }

    /// Begins to look.
    public void start() {
        owner.post(this::tick);
    }

    /// Those that last: what is critical first, then the oldest. Any thread.
    public List<Alarm> active() {
        return active;
    }

    /// Where listeners subscribe.
    NotificationBroadcasterSupport broadcaster() {
        return broadcaster;
    }

    private void tick() {
        // The next look is sure to come first.
        owner.schedule(LOOK_NANOS, this::tick);
        look();
    }

    /// On the owner.
    void look() {
        long now = owner.clock().nanoTime();
        Map<Key, String> wrong = new LinkedHashMap<>();
        conditions.forEach((kind, condition) ->
                lookAt(kind, condition).entrySet().stream()
                        .limit(MOST_OF_A_KIND)
                        .forEach(each -> wrong.put(new Key(kind, each.getKey()), each.getValue())));
        wrong.forEach((key, text) -> onWrong(key, text, now));
        badSince.keySet().removeIf(key -> !unknown.contains(key.kind()) && !wrong.containsKey(key));
        Set<Key> better = new HashSet<>(raised.keySet());
        better.removeAll(wrong.keySet());
        better.removeIf(key -> unknown.contains(key.kind()));
        better.forEach(key -> onGood(key, now));
        goodSince.keySet().retainAll(better);
        active = raised.values().stream().sorted(FIRST_TO_LOOK_AT).toList();
    }

    /// What is wrong of one kind. A defect in finding that out leaves the alarms of that kind as
    /// they are, and is told once; those of other kinds have nothing to do with it.
    private Map<String, String> lookAt(Kind kind, Supplier<Map<String, String>> condition) {
        try {
            Map<String, String> wrong = condition.get();
            unknown.remove(kind);
            return wrong;
        } catch (RuntimeException defect) {
            if (unknown.add(kind)) {
                LOG.error(
                        "a defect: it is not known whether anything is wrong kind={}",
                        kind.key(),
                        defect);
            }
            return Map.of();
        }
    }

    private void onWrong(Key key, String text, long now) {
        long since = badSince.computeIfAbsent(key, _ -> now);
        Alarm before = raised.get(key);
        if (before != null) {
            // No news, and yet what is read of it is as things stand now.
            raised.put(key, new Alarm(key.kind(), key.subject(), text, before.since()));
            return;
        }
        if (now - since >= TimeUnit.SECONDS.toNanos(key.kind().raiseSeconds())) {
            Instant at = wallClock.instant();
            Alarm alarm = new Alarm(key.kind(), key.subject(), text, at);
            raised.put(key, alarm);
            LOG.warn("alarm raised {}", alarm);
            tell(RAISED, alarm);
        }
    }

    private void onGood(Key key, long now) {
        long since = goodSince.computeIfAbsent(key, _ -> now);
        if (now - since >= TimeUnit.SECONDS.toNanos(key.kind().clearSeconds())) {
            Alarm alarm = raised.remove(key);
            if (alarm != null) {
                LOG.info("alarm cleared {}", alarm);
                tell(CLEARED, alarm);
            }
        }
    }

    private void tell(String type, Alarm alarm) {
        Notification notification =
                new Notification(
                        type,
                        JmxRegistration.GATEWAY,
                        sequence++,
                        wallClock.millis(),
                        alarm.toString());
        notification.setUserData(
                new HashMap<>(
                        Map.of(
                                "kind",
                                alarm.kind().key(),
                                "subject",
                                alarm.subject(),
                                "severity",
                                alarm.kind().severity().key(),
                                "text",
                                alarm.text(),
                                "remedy",
                                alarm.remedy())));
        broadcaster.sendNotification(notification);
    }

    /// The active ones in words.
    List<String> lines() {
        return new ArrayList<>(active).stream().map(Alarm::toString).toList();
    }
}
