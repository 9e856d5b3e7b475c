package offhook.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import offhook.call.BrowserView;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEvent;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.EndCause;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.Party;
import offhook.call.Target;
import offhook.call.TransportFact;
import offhook.call.TurnedAway;
import offhook.config.DoctorConfig;
import offhook.runtime.Owner;
import offhook.runtime.Standstill;

/// A call doctor whose clock is turned by hand, and the calls that it watches.
final class Ward {

    static final long SECOND = 1_000_000_000L;
    private static final ObjectMapper JSON = new ObjectMapper();

    final Map<LegId, LegQuality> sounds = new HashMap<>();
    final Map<LegId, BrowserView> pages = new HashMap<>();
    boolean room = true;
    final List<Standstill> standstills = new ArrayList<>();
    final Map<String, List<TrunkPlace>> trunks = new HashMap<>();
    final CallDoctor doctor;
    private final Owner owner;
    private long nowNanos = 1000 * SECOND;

    Ward(DoctorConfig config) {
        this.owner =
                new Owner(
                        "doctor",
                        () -> nowNanos,
                        10_000,
                        defect -> {
                            throw defect;
                        });
        this.doctor =
                new CallDoctor(
                        config,
                        new CallDoctor.Senses(
                                leg -> Optional.ofNullable(sounds.get(leg)),
                                leg -> Optional.ofNullable(pages.get(leg)),
                                _ -> room,
                                _ -> List.copyOf(standstills),
                                name -> trunks.getOrDefault(name, List.of())),
                        owner,
                        () -> Instant.parse("2026-03-01T14:02:00.250Z"));
    }

    long now() {
        return nowNanos;
    }

    /// Lets a second pass.
    void second() {
        pass(SECOND);
    }

    /// Lets time pass until the doctor looks again.
    void pass(long nanos) {
        nowNanos += nanos;
        owner.runPending();
        doctor.look();
    }

    /// A call from trunk pbx for alice, which has only just come.
    CallId call() {
        CallId id = CallId.next();
        long began = nowNanos;
        doctor.began(id, () -> snapshot(id, began));
        tell(id, new CallEvent.Routed(CallDirection.IN));
        tell(id, new CallEvent.MediaOpened(new LegId(id, 0), "trunk"));
        owner.runPending();
        return id;
    }

    /// It rings at alice, who takes it.
    void answer(CallId id) {
        LegId alice = new LegId(id, 1);
        tell(id, new CallEvent.Calling(alice, new Target.Agent("alice")));
        tell(id, new CallEvent.Alerting(alice));
        tell(id, new CallEvent.Accepted(alice));
        tell(id, new CallEvent.MediaOpened(alice, "browser"));
        tell(id, new CallEvent.Connected(alice));
        tell(id, new CallEvent.Talking(new LegId(id, 0), alice));
        owner.runPending();
    }

    void tell(CallId id, CallEvent event) {
        doctor.happened(id, event, nowNanos);
    }

    void note(LegId leg, TransportFact fact) {
        doctor.noted(leg, fact, nowNanos);
        owner.runPending();
    }

    private static CallSnapshot snapshot(CallId id, long beganNanos) {
        return new CallSnapshot(
                id,
                CallDirection.IN,
                "pbx",
                "",
                new Party("5551000", "Ada"),
                new Party("200", ""),
                "alice",
                "active",
                beganNanos,
                beganNanos,
                OptionalLong.empty(),
                OptionalLong.of(beganNanos),
                List.of(),
                CallDetails.NONE);
    }

    void end(CallId id, EndCause cause, boolean answered) {
        doctor.ended(
                id,
                new CallEnd(
                        snapshot(id, 1000 * SECOND),
                        CallDirection.IN,
                        cause,
                        OptionalLong.empty(),
                        answered ? OptionalLong.of(1000 * SECOND) : OptionalLong.empty(),
                        nowNanos,
                        List.of()));
        owner.runPending();
    }

    void turnAway(TurnedAway call, long leftOut) {
        doctor.refused(call, leftOut);
        owner.runPending();
    }

    /// What the doctor tells, asked by another thread as operators do.
    JsonNode story(CallId id) {
        return json(asked(() -> doctor.story(id).orElseThrow()));
    }

    JsonNode last(int most) {
        return json(asked(() -> doctor.last(most)));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new AssertionError(text, e);
        }
    }

    String asked(java.util.function.Supplier<String> question) {
        java.util.concurrent.CompletableFuture<String> answer =
                java.util.concurrent.CompletableFuture.supplyAsync(question);
        while (!answer.isDone()) {
            owner.runPending();
            Thread.onSpinWait();
        }
        return answer.join();
    }
}
