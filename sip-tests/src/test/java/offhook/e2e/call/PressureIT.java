package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.management.Notification;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A media loop that has to share its core with others who want all of it.
@Test(groups = {"e2e", "media", "alone"})
public class PressureIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// Each runs a few milliseconds at a time, and the loop's turn comes after half of them.
    private static final int HOGS = 16;

    private static final int HOG_CPU_SECONDS = 12;

    /// Two steps up, ten calm seconds each, on a machine that others may use too.
    private static final Duration RETURN_LIMIT = Duration.ofSeconds(120);

    /// How much less urgent than the hogs, at first and at last.
    private static final int MILDEST = 5;

    private static final int HARSHEST = 19;

    private static final Duration PRESS_STEP = Duration.ofSeconds(6);

    private static final String ALARM = "cpu-pressure loop 0";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final List<String> heard = new CopyOnWriteArrayList<>();
    private final List<Process> hogs = new ArrayList<>();
    private CallStand stand;
    private Operations operations;
    private Phone phone;

    /// The one that lives through all of it.
    private PhoneCall call;

    private String id;
    private long packetsBefore;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        PressureIT.class, t -> t.replace("media:\n", "media:\n  loops: 1\n"));
        operations = Operations.of(stand.gateway());
        operations.hear(this::hear);
        phone = stand.phone();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        hogs.forEach(Process::destroyForcibly);
        if (phone != null) {
            phone.close();
        }
        if (operations != null) {
            operations.close();
        }
        if (stand != null) {
            stand.close();
        }
    }

    private void hear(Notification notification) {
        Map<?, ?> alarm = (Map<?, ?>) notification.getUserData();
        heard.add(notification.getType() + ' ' + alarm.get("kind") + ' ' + alarm.get("subject"));
    }

    @Test
    public void complexityGoesDownUnderPressureAndTheCallGoesOn() throws Exception {
        stand.freshen();
        String core = lastCore();
        run("taskset", "-cp", core, mediaThread());
        call = stand.talk(phone, CallOffer.of(G711.PCMA));
        Await.until("the call is counted", LIMIT, () -> number("Calls") == 1);
        id = operations.calls().getFirst();
        assertThat(number("Legs")).isEqualTo(2);
        awaitConfiguredComplexity();
        packetsBefore = number("PacketsOut");

        for (int i = 0; i < HOGS; i++) {
            hogs.add(hog(core));
        }
        pressUntilComplexityIsLowest();
        Hearing.awaitBothWays(stand.alice(), Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);

        assertThat(number("StepsDown")).isGreaterThanOrEqualTo(2);
        assertThat(number("LateTicks")).isPositive();
        assertThat(stand.log()).contains("complexity of Opus changed loop=0 from=5 to=2");
    }

    /// The loop is given less than its one call needs, so that it falls ever further behind.
    @Test(dependsOnMethods = "complexityGoesDownUnderPressureAndTheCallGoesOn")
    public void callsAreRefusedWhileNothingIsLeftAndTakenAgainAfterwards() throws Exception {
        run("renice", "-n", "19", "-p", mediaThread());
        Await.until("calls are refused", LIMIT, this::refusesCalls);
        Await.until(
                "the operator is told: " + heard,
                LIMIT,
                () -> heard.contains("offhook.alarm.raised " + ALARM));
        assertThat(operations.alarms()).contains(ALARM);
        Readiness pressed = Readiness.await(stand.config(), false, LIMIT);
        SipMessage refusal = phone.invite("201", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);
        hogs.forEach(Process::destroy);
        run("renice", "-n", "0", "-p", mediaThread());
        Await.until("calls are taken", LIMIT, () -> !refusesCalls());
        Readiness.await(stand.config(), true, LIMIT);
        SipMessage nobodyThere = phone.invite("201", CallOffer.of(G711.PCMA)).awaitFinal(LIMIT);

        assertThat(pressed.status()).isEqualTo(503);
        assertThat(pressed.reasons("pressure"))
                .containsExactly("every media loop refuses new calls: the CPU is fully used");
        assertThat(refusal.status()).isEqualTo(503);
        assertThat(refusal.header("Retry-After")).matches("[1-9][0-9]*");
        assertThat(refusal.header("Warning")).contains("overload");
        assertThat(operations.counter("calls.overload")).isPositive();
        assertThat(nobodyThere.status()).isEqualTo(480);
    }

    @Test(dependsOnMethods = "callsAreRefusedWhileNothingIsLeftAndTakenAgainAfterwards")
    public void allComesBackAndWhatTheCallWentThroughIsToldOfIt() throws Exception {
        awaitConfiguredComplexity();
        Await.until(
                "the operator is told that it is over: " + heard,
                RETURN_LIMIT,
                () -> heard.contains("offhook.alarm.cleared " + ALARM));
        Hearing.awaitBothWays(stand.alice(), Voices.AGENT_HZ, call, Voices.CALLER_HZ, LIMIT);

        assertThat(operations.alarms()).doesNotContain(ALARM);
        assertThat(number("StepsUp")).isGreaterThanOrEqualTo(2);
        assertThat(number("PacketsOut")).isGreaterThan(packetsBefore + 500);
        call.hangUp(LIMIT);
        Await.until("the call is gone", LIMIT, () -> number("Legs") == 0);
        Await.until(
                "its story is told", LIMIT, () -> story().get("state").asText().equals("ended"));
        assertThat(story().get("findings").findValuesAsText("rule"))
                .as(story().toString())
                .contains("cpu");
    }

    private JsonNode story() {
        try {
            return JSON.readTree((String) operations.invoke("call", id, String.class));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    /// How little of a core one call needs differs from machine to machine, and whoever needs less
    /// than its share is let go first whenever it wakes. So the loop's share is made smaller bit by
    /// bit until it feels that, and no smaller: the call is to be heard all the same.
    private void pressUntilComplexityIsLowest() throws Exception {
        for (int niceness = MILDEST; niceness <= HARSHEST; niceness += 2) {
            run("renice", "-n", Integer.toString(niceness), "-p", mediaThread());
            long end = System.nanoTime() + PRESS_STEP.toNanos();
            while (System.nanoTime() < end) {
                if (number("Complexity") == 0) {
                    return;
                }
                stand.alice().pause(Duration.ofMillis(200));
            }
        }
        throw new IllegalStateException("the complexity never came to its lowest: " + figures());
    }

    private String figures() {
        return Stream.of("Complexity", "StepsDown", "StepsUp", "LateTicks", "Calls")
                .map(name -> name + "=" + number(name))
                .collect(Collectors.joining(" "));
    }

    private void awaitConfiguredComplexity() {
        Await.until(
                "the configured complexity",
                RETURN_LIMIT,
                () -> {
                    stand.alice().pause(Duration.ofMillis(200));
                    return number("Complexity") == 5;
                });
    }

    private boolean refusesCalls() {
        return (Boolean) operations.loopAttribute(0, "RefusingCalls");
    }

    private long number(String attribute) {
        return ((Number) operations.loopAttribute(0, attribute)).longValue();
    }

    /// Busy on one core, and gone by itself whatever becomes of this test: one process, which may
    /// use so much CPU time and no more.
    private static Process hog(String core) throws IOException {
        String bounded = "ulimit -t " + HOG_CPU_SECONDS + "; while :; do :; done";
        return new ProcessBuilder("taskset", "-c", core, "sh", "-c", bounded).start();
    }

    /// The id of the loop's thread.
    private String mediaThread() throws IOException {
        Path tasks = Path.of("/proc", Long.toString(stand.gateway().pid()), "task");
        try (Stream<Path> threads = Files.list(tasks)) {
            return threads.filter(PressureIT::isMediaThread)
                    .map(thread -> thread.getFileName().toString())
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean isMediaThread(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip().equals("media-0");
        } catch (IOException e) {
            return false; // it ended meanwhile
        }
    }

    /// The last core that this process may use.
    private static String lastCore() throws IOException {
        return Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.replaceAll(".*[^0-9]", ""))
                .findFirst()
                .orElseThrow();
    }

    private static void run(String... command) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder(command).inheritIO().start().waitFor()).isZero();
    }
}
