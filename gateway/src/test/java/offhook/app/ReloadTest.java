package offhook.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallPorts;
import offhook.call.CallRegistry;
import offhook.call.CallRoutes;
import offhook.call.Target;
import offhook.config.ConfigException;
import offhook.config.ConfigLoader;
import offhook.config.DoctorConfig;
import offhook.config.GatewayConfig;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ReloadTest {

    private static final String HASH = "$2b$10$" + "a".repeat(53);
    private static final String START =
            """
            trunks:
              - {name: pbx, addresses: [192.0.2.0/24]}
            routes:
              - {trunk: pbx, number: "200", to: "agent:alice"}
            agents:
              users:
                - {name: alice, password-hash: "HASH"}
                - {name: bob, password-hash: "HASH"}
            web: {allowed-origins: ["http://localhost"]}
            limits: {ring-seconds: 20}
            """
                    .replace("HASH", HASH);

    private final Taking rooms = new Taking();
    private Path file;
    private Reload reload;

    /// Notes what it is told.
    private static final class Taking implements Reload.Rooms {

        private final List<GatewayConfig> taken = new ArrayList<>();
        private Optional<RuntimeException> unfit = Optional.empty();
        private boolean busy;
        private int looks;
        private final List<String> done = new ArrayList<>();
        private List<String> failing = List.of();
        private Optional<String> saying = Optional.empty();

        @Override
        public void refreshCertificates() {
            looks++;
        }

        @Override
        public Change prepare(GatewayConfig wanted) {
            unfit.ifPresent(why -> {
                throw why;
            });
            return new Change(
                    taking -> {
                        if (!busy) {
                            taking.run();
                        }
                        return !busy;
                    },
                    List.of(
                            step("first"),
                            Change.Step.of("second", () -> taken.add(wanted)),
                            step("third")),
                    () -> done.add("dropped"),
                    List.of(
                            step("fourth"),
                            new Change.Step("one that speaks", () -> saying),
                            step("fifth")),
                    List.of());
        }

        private Change.Step step(String room) {
            return Change.Step.of(
                    room,
                    () -> {
                        if (failing.contains(room)) {
                            throw new IllegalStateException("a defect");
                        }
                        done.add(room);
                    });
        }
    }

    @BeforeMethod
    public void start() throws IOException, ConfigException {
        rooms.taken.clear();
        rooms.unfit = Optional.empty();
        rooms.busy = false;
        rooms.done.clear();
        rooms.failing = List.of();
        rooms.saying = Optional.empty();
        rooms.looks = 0;
        file = Files.createTempFile("offhook-reload", ".yaml");
        Files.writeString(file, START);
        reload = new Reload(ConfigLoader.load(file).config(), () -> ConfigLoader.load(file), rooms);
    }

    @AfterMethod
    public void delete() throws IOException {
        Files.delete(file);
    }

    private void change(String from, String to) throws IOException {
        String before = Files.readString(file);
        assertThat(before).contains(from);
        Files.writeString(file, before.replace(from, to));
    }

    private CallRoutes routes() {
        return RoutePlan.of(rooms.taken.getLast());
    }

    @Test
    public void newCallsGoByWhatChanged() throws IOException {
        change("to: \"agent:alice\"", "to: \"agent:bob\"");
        change("ring-seconds: 20", "ring-seconds: 25, max-calls: 7");

        assertThat(reload.now())
                .containsExactly(
                        "changed: routes",
                        "changed: limits.max-calls",
                        "changed: limits.ring-seconds");
        assertThat(routes().plan("pbx", "200").attempts())
                .extracting(attempt -> attempt.target())
                .containsExactly(new Target.Agent("bob"));
        assertThat(rooms.taken.getLast().limits().ring()).isEqualTo(Duration.ofSeconds(25));
        assertThat(reload.now()).containsExactly("nothing changed");
        assertThat(rooms.taken).hasSize(1);
    }

    @Test
    public void listsTellWhoCameAndWentByName() throws IOException {
        change("- {name: bob,", "- {name: carol,");
        change("192.0.2.0/24", "198.51.100.0/24");
        change("trunks:", "trunks:\n  - {name: other, addresses: [203.0.113.0/24]}");
        change(
                "agents:",
                "queues:\n  - {name: sales, agents: [alice, carol], strategy: linear}\nagents:");
        change("to: \"agent:alice\"", "to: \"queue:sales\"");

        assertThat(reload.now())
                .containsExactly(
                        "changed: trunks (added other; changed pbx)",
                        "changed: routes",
                        "changed: queues (added sales)",
                        "changed: agents.users (added carol; removed bob)");
        assertThat(routes().plan("pbx", "200").attempts())
                .extracting(attempt -> attempt.target().getClass().getSimpleName())
                .containsExactly("Queue");
    }

    @Test
    public void whatNeedsARestartIsToldAndKept() throws IOException {
        change("limits: {", "limits: {sip-requests-per-second: 77, ");
        change("web: {", "web: {listen: \"http://127.0.0.1:8090\", ");
        change("agents:\n", "agents:\n  token-lifetime: 5h\n");
        change("name: alice,", "name: alice, calls: 2,");

        List<String> kept =
                List.of(
                        "needs a restart, kept as it was: web",
                        "needs a restart, kept as it was: agents.token-lifetime",
                        "needs a restart, kept as it was: limits.sip-requests-per-second");
        assertThat(reload.now())
                .containsAll(kept)
                .contains("changed: agents.users (changed alice)")
                .hasSize(4);
        assertThat(rooms.taken.getLast().agents().tokenLifetime()).isEqualTo(Duration.ofHours(8));
        assertThat(rooms.taken.getLast().agents().users().getFirst().calls()).isEqualTo(2);
        // Told again as long as it is so.
        assertThat(reload.now()).containsExactlyInAnyOrderElementsOf(kept);
        assertThat(rooms.taken).hasSize(1);
    }

    @Test
    public void graceTimeAndMemoryOfTheDoctorAreChanged() throws IOException {
        change("agents:\n", "agents:\n  grace-seconds: 5\n");
        change("limits:", "ops: {doctor: {keep-calls: 7, keep-megabytes: 2}}\nlimits:");

        assertThat(reload.now())
                .containsExactly("changed: agents.grace-seconds", "changed: ops.doctor");
        assertThat(rooms.taken.getLast().agents().grace()).isEqualTo(Duration.ofSeconds(5));
        assertThat(rooms.taken.getLast().ops().doctor()).isEqualTo(new DoctorConfig(7, 2));
        assertThat(reload.now()).containsExactly("nothing changed");
    }

    /// The token that keeps strangers out is checked together with who can reach the port.
    @Test
    public void whoMayReadIsNotChangedWithoutTheListenerThatItBelongsTo() throws IOException {
        change(
                "limits:",
                "ops: {listen: \"http://127.0.0.1:8099\", token: abcdefghijklmnopqrstuvwxyz0123456789}\nlimits:");

        assertThat(reload.now()).containsExactly("needs a restart, kept as it was: ops");
        assertThat(rooms.taken).isEmpty();
    }

    @Test
    public void operatorsAreChanged() throws IOException {
        change(
                "limits:",
                "ops: {users: [{name: op, password-hash: \"" + HASH + "\", role: read}]}\nlimits:");

        assertThat(reload.now()).containsExactly("changed: ops.users (added op)");
        assertThat(rooms.taken.getLast().ops().users().getFirst().name()).isEqualTo("op");
    }

    @Test
    public void whatTheRoomsCannotServeChangesNothing() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.unfit = Optional.of(new IllegalArgumentException("ca.pem cannot be read"));

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("nothing changed: ca.pem cannot be read");
        assertThat(rooms.taken).isEmpty();
        rooms.unfit = Optional.empty();
        assertThat(reload.now()).contains("changed: limits.ring-seconds");
    }

    @Test
    public void aPlainSecretThatEverybodyCanReadChangesNothing() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        change(
                "addresses: [192.0.2.0/24]",
                "addresses: [192.0.2.0/24], auth: {username: gw, password: hunter2}");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("nothing changed: ")
                .hasMessageContaining("trunks[0].auth.password: is a plain secret")
                .hasMessageContaining("chmod 640 " + file)
                .hasMessageNotContaining("hunter2");
        assertThat(rooms.taken).isEmpty();
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(reload.now()).contains("changed: limits.ring-seconds");
    }

    @Test
    public void aDefectBeforeAnythingChangedChangesNothing() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.unfit = Optional.of(new IllegalStateException("no such thing"));

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("nothing changed: a defect of the gateway")
                .hasMessageContaining("no such thing");
        assertThat(rooms.taken).isEmpty();
        rooms.unfit = Optional.empty();
        assertThat(reload.now()).contains("changed: limits.ring-seconds");
    }

    @Test
    public void roomsThatAreTooBusyChangeNothing() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.busy = true;

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("nothing changed: ")
                .hasMessageContaining("try again");
        assertThat(rooms.taken).isEmpty();
        assertThat(rooms.done).containsExactly("dropped");
        rooms.busy = false;
        assertThat(reload.now()).contains("changed: limits.ring-seconds");
        assertThat(rooms.done).containsExactly("dropped", "first", "third", "fourth", "fifth");
    }

    @Test
    public void aDefectOfOneRoomKeepsNoOtherFromTakingItUp() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.failing = List.of("first", "fourth");

        assertThat(reload.now())
                .contains("changed: limits.ring-seconds")
                .anyMatch(line -> line.startsWith("warning: ") && line.contains("first"))
                .anyMatch(line -> line.startsWith("warning: ") && line.contains("fourth"));
        assertThat(rooms.taken).hasSize(1);
        assertThat(rooms.done).containsExactly("third", "fifth");
        assertThat(reload.now()).containsExactly("nothing changed");
    }

    @Test
    public void whatRoomsSayIsToldOnce() throws IOException {
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.saying = Optional.of("warning: the disk is full");

        assertThat(reload.now())
                .containsOnlyOnce("warning: the disk is full")
                .contains("changed: limits.ring-seconds");
        assertThat(rooms.done).containsExactly("first", "third", "fourth", "fifth");
    }

    @Test
    public void whatCameOfAReloadIsRecorded() throws IOException, ConfigException {
        List<String> entries = new ArrayList<>();
        GatewayOperator operator =
                new GatewayOperator(
                        new CallRegistry(
                                RoutePlan.of(ConfigLoader.load(file).config()),
                                Gateway.limits(ConfigLoader.load(file).config().limits()),
                                1,
                                1,
                                new CallPorts(null, null, null, null, new Counters())),
                        _ -> {},
                        reload,
                        (who, what, subject, outcome) ->
                                entries.add(String.join(" ", who, what, subject, outcome)));
        change("ring-seconds: 20", "ring-seconds: 25");
        rooms.busy = true;

        assertThatThrownBy(operator::reload).isInstanceOf(IllegalArgumentException.class);
        rooms.busy = false;
        operator.reload();

        assertThat(entries).hasSize(2);
        assertThat(entries.getFirst())
                .startsWith("offhook reload configuration refused: nothing changed: ");
        assertThat(entries.getLast())
                .startsWith("offhook reload configuration changed: ")
                .contains("limits.ring-seconds");
    }

    @Test
    public void theLastDrainIsNotTakenBack() throws ConfigException {
        List<Boolean> told = new ArrayList<>();
        CallRegistry calls =
                new CallRegistry(
                        RoutePlan.of(ConfigLoader.load(file).config()),
                        Gateway.limits(ConfigLoader.load(file).config().limits()),
                        1,
                        1,
                        new CallPorts(null, null, null, null, new Counters()));
        GatewayOperator operator = new GatewayOperator(calls, told::add, reload, AuditLog.NONE);
        operator.drain(true);
        operator.drain(false);
        assertThat(operator.isDraining()).isFalse();

        operator.drainForGood();

        assertThatThrownBy(() -> operator.drain(false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("the gateway is stopping and takes no calls again");
        assertThat(operator.isDraining()).isTrue();
        assertThat(told).containsExactly(true, false, true);
    }

    @Test
    public void aBadFileChangesNothing() throws IOException {
        change("to: \"agent:alice\"", "to: \"agent:bob\"");
        change("routes:", "rotues:");

        assertThatThrownBy(reload::now)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("nothing changed: ")
                .hasMessageContaining(":3:1: ")
                .hasMessageContaining("did you mean 'routes'?");
        assertThat(rooms.taken).isEmpty();
        assertThat(rooms.looks).isZero();
    }
}
