package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.ops.Alarm.Kind;
import offhook.runtime.Owner;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class AlarmsTest {

    private static final long SECOND = 1_000_000_000L;

    private final AtomicLong nowNanos = new AtomicLong();
    private final Map<String, String> wrong = new LinkedHashMap<>();
    private final List<String> told = new ArrayList<>();
    private Owner owner;
    private Alarms alarms;

    @BeforeMethod
    public void make() {
        nowNanos.set(0);
        wrong.clear();
        told.clear();
        owner =
                new Owner(
                        "alarms",
                        nowNanos::get,
                        8,
                        defect -> {
                            throw defect;
                        });
        alarms = new Alarms(owner, () -> Instant.ofEpochSecond(nowNanos.get() / SECOND));
        alarms.watch(Kind.TRUNK_DOWN, () -> wrong);
        alarms.broadcaster()
                .addNotificationListener(
                        (notification, _) ->
                                told.add(notification.getType() + " " + notification.getMessage()),
                        null,
                        null);
        alarms.start();
        owner.runPending();
    }

    private void pass(int seconds) {
        for (int i = 0; i < seconds; i++) {
            nowNanos.addAndGet(SECOND);
            owner.runPending();
        }
    }

    @Test
    public void whatLastsIsRaisedOnceAndClearedOnce() {
        wrong.put("pbx", "it does not answer");
        pass(1 + Kind.TRUNK_DOWN.raiseSeconds());
        pass(10);

        assertThat(alarms.active())
                .singleElement()
                .satisfies(alarm -> {
                    assertThat(alarm.subject()).isEqualTo("pbx");
                    assertThat(alarm.since())
                            .isEqualTo(Instant.ofEpochSecond(1 + Kind.TRUNK_DOWN.raiseSeconds()));
                });
        wrong.clear();
        pass(1 + Kind.TRUNK_DOWN.clearSeconds());
        pass(10);

        assertThat(alarms.active()).isEmpty();
        assertThat(told)
                .containsExactly(
                        "offhook.alarm.raised trunk-down pbx: it does not answer",
                        "offhook.alarm.cleared trunk-down pbx: it does not answer");
    }

    @Test
    public void whatIsCriticalComesFirstAndThenWhatIsOldest() {
        alarms.watch(Kind.CERTIFICATE, () -> Map.of("web", "it expires"));
        pass(1);
        wrong.put("pbx", "it does not answer");
        pass(2 + Kind.TRUNK_DOWN.raiseSeconds());
        wrong.put("another", "it does not answer");
        pass(2 + Kind.TRUNK_DOWN.raiseSeconds());

        assertThat(alarms.active())
                .extracting(Alarm::subject)
                .containsExactly("pbx", "another", "web");
    }

    @Test
    public void whatComesAndGoesIsNoNews() {
        for (int i = 0; i < 20; i++) {
            wrong.put("pbx", "it does not answer");
            pass(Kind.TRUNK_DOWN.raiseSeconds());
            wrong.clear();
            pass(1);
        }
        assertThat(told).isEmpty();

        wrong.put("pbx", "it does not answer");
        pass(1 + Kind.TRUNK_DOWN.raiseSeconds());
        for (int i = 0; i < 20; i++) {
            wrong.clear();
            pass(Kind.TRUNK_DOWN.clearSeconds());
            wrong.put("pbx", "it does not answer");
            pass(1);
        }
        assertThat(told).hasSize(1);
        assertThat(alarms.active()).hasSize(1);
    }

    /// Accepting fails now and then while a process is at its limit of file descriptors.
    @Test
    public void listenerThatFailsNowAndThenIsRaisedOnce() {
        alarms.watch(Kind.LISTENER, () -> wrong);
        for (int i = 0; i < 20; i++) {
            wrong.put("tcp://192.0.2.1:5060", "takes nothing: Too many open files");
            pass(2);
            wrong.clear();
            pass(8);
        }
        assertThat(told).hasSize(1);

        pass(10);
        assertThat(told).hasSize(2).last().asString().startsWith("offhook.alarm.cleared listener");
    }

    @Test
    public void whatIsReadOfAnAlarmIsTheCauseOfNow() {
        wrong.put("pbx", "it does not answer");
        pass(1 + Kind.TRUNK_DOWN.raiseSeconds());
        Instant since = alarms.active().getFirst().since();
        wrong.put("pbx", "its certificate has expired");
        pass(1);

        assertThat(alarms.active())
                .singleElement()
                .satisfies(alarm -> {
                    assertThat(alarm.text()).isEqualTo("its certificate has expired");
                    assertThat(alarm.since()).isEqualTo(since);
                });
        assertThat(told).as("it is no new alarm").hasSize(1);
    }

    @Test
    public void aDefectInOneKindLeavesTheOthersAlone() {
        boolean[] broken = {true};
        Map<String, String> full = Map.of("loop 0", "refuses new calls");
        alarms.watch(
                Kind.CPU_PRESSURE,
                () -> {
                    if (broken[0]) {
                        throw new IllegalStateException("a defect");
                    }
                    return full;
                });
        alarms.watch(Kind.LISTENER, () -> wrong);
        wrong.put("tcp://192.0.2.1:5060", "takes nothing");
        pass(10);
        assertThat(alarms.active())
                .extracting(Alarm::kind)
                .containsExactlyInAnyOrder(Kind.TRUNK_DOWN, Kind.LISTENER);

        broken[0] = false;
        pass(1 + Kind.CPU_PRESSURE.raiseSeconds());
        assertThat(alarms.active()).extracting(Alarm::kind).contains(Kind.CPU_PRESSURE);

        broken[0] = true;
        wrong.clear();
        pass(60);
        assertThat(alarms.active())
                .as("what is not known to be over lasts")
                .extracting(Alarm::kind)
                .containsExactly(Kind.CPU_PRESSURE);
    }

    @Test
    public void whoIsNotHeardIsSaidInWords() {
        CallId id = CallId.next();
        LegId trunk = new LegId(id, 0);
        LegId browser = new LegId(id, 1);
        LegId called = new LegId(id, 2);
        CallSnapshot call =
                Snapshots.call(
                        id,
                        "alice",
                        "active",
                        OptionalLong.of(0),
                        new CallSnapshot.LegKind(trunk, "trunk", "pbx"),
                        new CallSnapshot.LegKind(browser, "browser", ""),
                        new CallSnapshot.LegKind(called, "trunk", "out"));
        Map<LegId, LegQuality.Audio> heard = new HashMap<>();
        LiveAudio audio =
                new LiveAudio(
                        () -> List.of(call),
                        leg -> Optional.ofNullable(heard.get(leg)).map(this::of));

        heard.put(trunk, LegQuality.Audio.NO_PACKETS);
        assertThat(audio.oneWay())
                .containsExactly(
                        Map.entry(
                                id.value(),
                                "the telephone side, from trunk pbx, is not heard: no packets of"
                                        + " audio come from there, look at firewalls and NAT"));
        heard.clear();
        heard.put(browser, LegQuality.Audio.DIGITAL_SILENCE);
        assertThat(audio.oneWay())
                .containsExactly(
                        Map.entry(
                                id.value(),
                                "the browser of agent alice is not heard: its packets hold"
                                        + " nothing but silence, look at its microphone"));
        heard.clear();
        heard.put(called, LegQuality.Audio.NO_PACKETS);
        assertThat(audio.oneWay().get(id.value()))
                .startsWith("the telephone side, which was called on trunk out, is not heard: ");
    }

    private LegQuality of(LegQuality.Audio audio) {
        LegQuality none = LegQuality.unmeasured("PCMA");
        return new LegQuality(
                "",
                "PCMA",
                "",
                none.inbound(),
                none.outbound(),
                Double.NaN,
                none.speech(),
                audio,
                0);
    }

    @Test
    public void eachSubjectHasAnAlarmOfItsOwnUpToAHundred() {
        for (int i = 0; i < 1_000; i++) {
            wrong.put("trunk-" + i, "down");
        }
        pass(1 + Kind.TRUNK_DOWN.raiseSeconds());

        assertThat(alarms.active()).hasSize(100);
    }

    @Test
    public void aJumpOfTheClockIsSeenAndSlowDriftIsNot() {
        AtomicLong wallMillis = new AtomicLong(1_000_000);
        ClockWatch watch =
                new ClockWatch(nowNanos::get, () -> Instant.ofEpochMilli(wallMillis.get()));
        for (int i = 0; i < 100; i++) {
            nowNanos.addAndGet(SECOND);
            wallMillis.addAndGet(1_010);
            assertThat(watch.jump()).isEmpty();
        }
        nowNanos.addAndGet(SECOND);
        wallMillis.addAndGet(-7_199_000);
        assertThat(watch.jump().values())
                .containsExactly("the clock of this machine jumped by -7200000 ms");
        nowNanos.addAndGet(SECOND);
        wallMillis.addAndGet(1_000);
        assertThat(watch.jump()).isEmpty();
    }

    @Test
    public void aJumpOfTheClockIsRaisedAtOnceAndClearedAMinuteAfterTheLast() {
        AtomicLong jumped = new AtomicLong();
        ClockWatch watch =
                new ClockWatch(
                        nowNanos::get,
                        () -> Instant.ofEpochMilli(nowNanos.get() / 1_000_000 + jumped.get()));
        alarms.watch(Kind.CLOCK_JUMP, watch::jump);
        pass(10);
        assertThat(told).isEmpty();

        jumped.set(3_600_000);
        pass(1);
        assertThat(told)
                .containsExactly(
                        "offhook.alarm.raised clock-jump: the clock of this machine jumped by"
                                + " 3600000 ms");
        pass(Kind.CLOCK_JUMP.clearSeconds());
        assertThat(told).hasSize(1);
        pass(1);
        assertThat(told).hasSize(2).last().asString().startsWith("offhook.alarm.cleared");
    }

    @Test
    public void aBoxThatIsNotWrittenIsTroubleUntilTheNextOneIsOrForAnHour() {
        Counters counters = new Counters();
        long[] nowNanos = {5};
        BoxWatch boxes = new BoxWatch(counters, () -> nowNanos[0]);
        assertThat(boxes.trouble()).isEmpty();

        counters.increment(Counter.BOXES_WRITTEN);
        counters.increment(Counter.BOXES_FAILED);
        assertThat(boxes.trouble()).containsOnlyKeys("");
        assertThat(boxes.trouble()).containsOnlyKeys("");
        counters.increment(Counter.BOXES_WRITTEN);
        assertThat(boxes.trouble()).isEmpty();

        counters.increment(Counter.BOXES_FAILED);
        assertThat(boxes.trouble()).isNotEmpty();
        nowNanos[0] += 3_601 * 1_000_000_000L;
        assertThat(boxes.trouble()).isEmpty();
    }
}
