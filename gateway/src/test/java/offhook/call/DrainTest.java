package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import offhook.config.NumbersConfig;
import offhook.number.NumberPlan;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// Who is waited for while a gateway is drained.
public class DrainTest {

    private static final long EVER = Duration.ofMinutes(10).toNanos();
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /// Long enough for whoever does not wait to have come back.
    private static final Duration MEANWHILE = Duration.ofMillis(500);

    private final CallRegistry calls =
            new CallRegistry(
                    new CallRoutes(
                            TestRoutes.toAlice(EVER),
                            new NumberPlan(
                                    new NumbersConfig(Optional.empty(), Set.of("112"), List.of()))),
                    new CallLimits(EVER, EVER, EVER),
                    10,
                    1,
                    new CallPorts(
                            silent(MediaControl.class),
                            silent(AgentDirectory.class),
                            silent(LegFactory.class),
                            NanoClock.system(),
                            new Counters()));

    /// Takes what is asked of it and never answers: its call lives until it is ended.
    private static <T> T silent(Class<T> type) {
        return type.cast(
                Proxy.newProxyInstance(
                        type.getClassLoader(),
                        new Class<?>[] {type},
                        (proxy, method, arguments) ->
                                switch (method.getName()) {
                                    case "hasRoom" -> true;
                                    case "hashCode" -> System.identityHashCode(proxy);
                                    case "equals" -> proxy == arguments[0];
                                    case "toString" -> "silent";
                                    default ->
                                            method.getReturnType() == Optional.class
                                                    ? Optional.empty()
                                                    : method.getReturnType() == boolean.class
                                                            ? false
                                                            : null;
                                }));
    }

    private CallId open(String number) throws CallRefusedException {
        CallId id = CallId.next();
        calls.open(
                id,
                new IncomingCall(
                        "pbx",
                        new Party("100", ""),
                        new Party(number, ""),
                        new MediaProfile.Trunk("pbx"),
                        Optional.empty(),
                        "to-" + number),
                silent(Leg.class));
        return id;
    }

    @Test
    public void anEmergencyCallThatComesMeanwhileIsWaitedForToo() throws Exception {
        CallId first = open("200");
        calls.drain(true);
        AtomicReference<Optional<Boolean>> said = new AtomicReference<>(Optional.empty());
        Thread waiting =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                said.set(Optional.of(calls.awaitNone(LIMIT)));
                            } catch (InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
        Await.until("that it waits", () -> waiting.getState() == Thread.State.TIMED_WAITING);

        CallId emergency = open("112");
        assertThat(calls.end(first)).isTrue();
        Await.until("the end of the first", () -> calls.active() == 1);
        assertThat(waiting.join(MEANWHILE)).as("it is over with a call alive").isFalse();

        assertThat(calls.end(emergency)).isTrue();
        assertThat(waiting.join(LIMIT)).isTrue();
        assertThat(said.get()).contains(true);
    }

    @Test(dependsOnMethods = "anEmergencyCallThatComesMeanwhileIsWaitedForToo")
    public void patienceHasAnEnd() throws Exception {
        open("112");

        assertThat(calls.awaitNone(Duration.ofMillis(30))).isFalse();

        assertThat(calls.endAll(LIMIT)).isTrue();
        assertThat(calls.awaitNone(LIMIT)).isTrue();
    }
}
