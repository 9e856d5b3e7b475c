package offhook.app;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.audit.AuditFigures;
import offhook.cdr.RecordFigures;
import offhook.media.LoopFigures;
import offhook.media.MediaEngine;
import offhook.ops.Alarm.Kind;
import offhook.ops.Alarms;
import offhook.ops.ClockWatch;
import offhook.ops.DescriptorWatch;
import offhook.ops.LiveAudio;
import offhook.ops.TrunkHealth;
import offhook.runtime.NanoClock;
import offhook.sip.SipEndpoint;
import offhook.sip.TrunkStatus;

/// What alarms are raised for, read from the rooms.
final class AlarmConditions {

    private static final int CERTIFICATE_DAYS = 14;
    private static final double PORTS_SHARE = 0.9;

    private AlarmConditions() {}

    static void watch(
            Alarms alarms,
            MediaEngine media,
            SipEndpoint sip,
            OwnAddresses own,
            Map<String, Supplier<Optional<Instant>>> certificates,
            LiveAudio audio,
            NanoClock clock,
            InstantSource wallClock) {
        alarms.watch(Kind.TRUNK_DOWN, () -> trunks(sip, TrunkHealth::isDown, TrunkHealth::whyDown));
        alarms.watch(
                Kind.REGISTRATION_FAILED,
                () ->
                        trunks(
                                sip,
                                TrunkHealth::isRegistrationFailing,
                                TrunkHealth::whyUnregistered));
        alarms.watch(
                Kind.CERTIFICATE,
                () ->
                        expiring(
                                certificates,
                                wallClock.instant().plus(CERTIFICATE_DAYS, ChronoUnit.DAYS)));
        alarms.watch(
                Kind.CPU_PRESSURE,
                () ->
                        loops(
                                media,
                                i -> media.figures(i).full(),
                                "refuses new calls: the CPU is fully used"));
        alarms.watch(
                Kind.PORTS,
                () ->
                        loops(
                                media,
                                i -> isShort(media.figures(i)),
                                "has few trunk ports left (sip.rtp-ports)"));
        alarms.watch(Kind.ONE_WAY_AUDIO, audio::oneWay);
        alarms.watch(Kind.LISTENER, () -> listeners(own.gone(), sip.listenerTroubles()));
        alarms.watch(Kind.DESCRIPTORS, DescriptorWatch.ofThisProcess()::trouble);
        ClockWatch jumps = new ClockWatch(clock, wallClock);
        alarms.watch(Kind.CLOCK_JUMP, jumps::jump);
    }

    private static Map<String, String> trunks(
            SipEndpoint sip, Predicate<TrunkStatus> wrong, Function<TrunkStatus, String> why) {
        return sip.trunks().stream()
                .filter(wrong)
                .collect(Collectors.toMap(TrunkStatus::name, why));
    }

    /// What is wrong with whatever hears peers. Of one whose address is gone there is more to tell
    /// than that it has errors.
    static Map<String, String> listeners(
            Map<String, String> withoutAddress, Map<String, String> troubles) {
        Map<String, String> all = new LinkedHashMap<>(troubles);
        all.putAll(withoutAddress);
        return all;
    }

    /// Certificates that expire before then.
    ///
    /// @param until when each holds, by the setting that names it; empty when none is configured
    static Map<String, String> expiring(
            Map<String, Supplier<Optional<Instant>>> until, Instant then) {
        Map<String, String> near = new LinkedHashMap<>();
        until.forEach((setting, holds) ->
                holds.get()
                        .filter(end -> end.isBefore(then))
                        .ifPresent(end -> near.put(setting, "the certificate holds until " + end)));
        return near;
    }

    /// What keeps call records from where they belong.
    static Map<String, String> records(RecordFigures figures) {
        Map<String, String> wrong = new LinkedHashMap<>();
        if (!figures.running()) {
            wrong.put("stopped", "a thread that keeps them has ended; start the gateway anew");
        }
        if (!figures.databaseUp()) {
            wrong.put("database", "takes nothing, records wait: " + figures.lastError());
        }
        if (!figures.journalUp()) {
            wrong.put("journal", "cannot be written: " + figures.lastError());
        }
        if (figures.lost() > 0) {
            wrong.put("lost", figures.lost() + " entries found room nowhere");
        }
        if (!figures.namesake().isEmpty()) {
            wrong.put(
                    "node",
                    "another gateway that writes into this database is called "
                            + figures.namesake()
                            + ", too: nobody can tell whose calls are whose");
        }
        return wrong;
    }

    /// What is wrong with the audit log.
    static Map<String, String> audit(AuditFigures figures) {
        Map<String, String> wrong = new LinkedHashMap<>();
        if (!figures.up()) {
            wrong.put("file", "cannot be written, entries wait: " + figures.lastError());
        }
        if (figures.lost() > 0) {
            wrong.put("lost", figures.lost() + " entries found no room");
        }
        if (!figures.tampering().isEmpty()) {
            wrong.put(
                    "tampered",
                    figures.tampering() + "; 'offhook audit verify' says where it was changed");
        }
        return wrong;
    }

    private static Map<String, String> loops(MediaEngine media, IntPredicate wrong, String text) {
        return IntStream.range(0, media.loops())
                .filter(wrong)
                .boxed()
                .collect(Collectors.toMap(i -> "loop " + i, _ -> text));
    }

    /// Whether a loop has few trunk ports left.
    static boolean isShort(LoopFigures figures) {
        return figures.ports() > 0 && figures.portsUsed() >= PORTS_SHARE * figures.ports();
    }
}
