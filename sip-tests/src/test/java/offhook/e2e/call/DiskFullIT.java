package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import javax.management.Notification;
import javax.management.openmbean.CompositeData;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.SkipException;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Records and log lie on a disk of a few megabytes that fills up, stands still and breaks: calls
/// go on, the operator is told, and what could not be written is there once it can be, all of it
/// and once.
///
/// The disk is mounted for the gateway alone and goes with it.
@Test(groups = {"e2e", "ops"})
public class DiskFullIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int CALLER_HZ = 700;
    private static final int AGENT_HZ = 1030;
    private static final int REFUSED_CALLS = 30;

    /// Of a test: those, one that is answered, and one more.
    private static final int RECORDS = REFUSED_CALLS + 2;

    /// What is left of the last page of a file of the disk can be written all the same.
    private static final int ENTRIES_OF_A_PAGE = 60;

    /// A file that is a disk: unlike one in memory it can stand still and break. Where there are no
    /// such disks, one that can only fill up.
    private static final String MOUNT =
            """
            { truncate -s 4M "$0.img" && mkfs.ext4 -q -F -m 0 -O ^has_journal "$0.img" \\
                && mount -o loop,errors=remount-ro "$0.img" "$0" \\
                || mount -t tmpfs -o size=4m disk "$0"; } && rm -f "$0.img" && exec "$@"
            """;

    /// What is written waits until the disk is told to go on, which it is after a while in any
    /// case.
    private static final String FREEZE =
            "setsid sh -c 'sleep 40; fsfreeze -u \"$0\"' \"$0\" & fsfreeze -f \"$0\"";

    private static final String THAW = "fsfreeze -u \"$0\"";

    /// Once a file system was found damaged the kernel makes it writable by no remount (it stays
    /// `emergency_ro`): it has to be mounted anew. As another device, as the log has a file open
    /// that is on it, too.
    private static final String UNMOUNT =
            "findmnt -no SOURCE \"$0\" > \"$0.device\" && umount -l \"$0\"";

    private static final String MOUNT_ANEW = "mount -o loop \"$(cat \"$0.device\")\" \"$0\"";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final List<String> heard = new CopyOnWriteArrayList<>();
    private Operations operations;
    private Path folder;
    private Path disk;
    private DemoConfig config;
    private GatewayProcess gateway;
    private Phone phone;
    private WebPeer alice;

    @BeforeClass
    public void start() throws IOException {
        if (!System.getProperty("user.name").equals("root")) {
            throw new SkipException("only root may mount a disk to fill");
        }
        folder = CallStand.workOf(DiskFullIT.class);
        Path data = Files.createDirectories(folder.resolve("data"));
        config =
                CallStand.configure(
                        folder,
                        yaml ->
                                yaml.replace(
                                        "ops:\n", "ops:\n  black-box: {folder: data/boxes}\n"));
        gateway =
                keep(
                        GatewayProcess.startBy(
                                List.of(
                                        "unshare",
                                        "--mount",
                                        "--propagation",
                                        "private",
                                        "sh",
                                        "-c",
                                        MOUNT,
                                        data.toString()),
                                config.file(),
                                folder.resolve("gateway.log"),
                                Duration.ofSeconds(90),
                                "-Doffhook.logs=" + data,
                                "-Dlog4j2.configurationFile="
                                        + Path.of("..", "conf", "log4j2.xml").toRealPath()));
        operations = keep(Operations.of(gateway));
        operations.hear(this::hear);
        // As the gateway sees it.
        disk = Path.of("/proc/" + gateway.pid() + "/root" + data);
        var reactor = keep(new Reactor("web-peers"));
        HttpClient client =
                keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        alice =
                keep(
                        WebPeer.signIn(
                                client,
                                config.page(),
                                "alice",
                                "alice",
                                WebMedia.Setup.of(
                                        reactor,
                                        PeerIdentity.generate(),
                                        FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false)),
                                true));
        phone = keep(Phone.udp(config.sip(), "5551000"));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.push(opened);
        return opened;
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    @Test
    public void callsAndTheirRecordsOutliveAFullDisk() throws IOException {
        PhoneCall call = answered();
        String id = alice.await("connected", LIMIT, _ -> true).path("call").asText();
        Await.until("the call is recorded", LIMIT, () -> count("TRUE") == 1);
        assertThat(Files.size(disk.resolve("offhook.log"))).isPositive();

        Path fill = fill();
        refuse(REFUSED_CALLS);
        Await.until("the operator is told", LIMIT, () -> alarms().contains("records journal"));
        // Neither what an operator does nor what is asked for finds a place.
        assertThatThrownBy(() -> operations.operate("type=Gateway", "keepCallBox", id))
                .hasStackTraceContaining("cannot be written");
        awaitHeard("raised", "boxes ");
        for (int i = 0; i < ENTRIES_OF_A_PAGE; i++) {
            operations.operate("type=Gateway", "stopTraces");
        }
        awaitHeard("raised", "audit file");
        awaitHeardBothWays(call);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        long logged = Files.size(disk.resolve("offhook.log"));

        Files.delete(fill);

        operations.operate("type=Gateway", "keepCallBox", id);
        awaitHeard("cleared", "boxes ");
        awaitHeard("cleared", "audit file");
        Await.until("all is well again", LIMIT, () -> alarms().isEmpty());
        Await.until(
                "every record is there",
                LIMIT,
                () -> count("reason = 'agent-offline'") == REFUSED_CALLS);
        assertThat(count("TRUE")).isEqualTo(REFUSED_CALLS + 1);
        assertThat(count("reason = 'hang-up' AND talk_millis > 0")).isEqualTo(1);
        refuse(1);
        Await.until("the log goes on", LIMIT, () -> sizeOf(disk.resolve("offhook.log")) > logged);
    }

    /// As a disk does that tries its bad sectors again and again, or a volume of the network whose
    /// server is away.
    @Test(dependsOnMethods = "callsAndTheirRecordsOutliveAFullDisk")
    public void callsAndTheirRecordsOutliveADiskThatStandsStill() throws Exception {
        device();
        heard.clear();
        PhoneCall call = answered();
        long logged = sizeOf(disk.resolve("offhook.log"));
        inItsNamespace(FREEZE);
        try {
            refuse(REFUSED_CALLS);
            awaitHeard("raised", "records journal");
            awaitHeardBothWays(call);
            PhoneCall busy = phone.invite("200", TALK);
            assertThat(busy.awaitFinal(LIMIT).status()).isEqualTo(486);
        } finally {
            inItsNamespace(THAW);
        }

        awaitHeard("cleared", "records journal");
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        Await.until(
                "every record is there", LIMIT, () -> count("ended_at IS NOT NULL") == 2 * RECORDS);
        assertThat(count("TRUE")).isEqualTo(2 * RECORDS);
        assertThat(operations.metric("offhook_records_lost")).isZero();
        Await.until("the log goes on", LIMIT, () -> sizeOf(disk.resolve("offhook.log")) > logged);
    }

    /// The kernel makes a disk read-only whose file system it found damaged, whoever has files
    /// open.
    @Test(dependsOnMethods = "callsAndTheirRecordsOutliveADiskThatStandsStill")
    public void callsGoOnWhenTheDiskIsReadOnlyAndRecordsWhenItWasMended() throws Exception {
        heard.clear();
        PhoneCall call = answered();
        Files.writeString(
                Path.of("/sys/fs/ext4", device().getFileName().toString(), "trigger_fs_error"),
                "1");
        assertThatThrownBy(() -> Files.writeString(disk.resolve("fill"), "x"))
                .hasMessageContaining("Read-only file system");

        refuse(1);
        awaitHeard("raised", "records journal");
        operations.operate("type=Gateway", "stopTraces");
        awaitHeard("raised", "audit file");
        awaitHeardBothWays(call);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        PhoneCall another = answered();
        awaitHeardBothWays(another);
        assertThat(another.hangUp(LIMIT).status()).isEqualTo(200);
        Await.until("nothing but the log keeps it from being unmounted", LIMIT, this::onlyTheLog);

        inItsNamespace(UNMOUNT);
        refuse(1);
        awaitSaid("journal", "is its disk mounted?");
        awaitSaid("file", "there is no such file");
        try (Stream<Path> begun = Files.list(disk)) {
            assertThat(begun).as("what the disk would hide").isEmpty();
        }
        inItsNamespace(MOUNT_ANEW);

        awaitHeard("cleared", "records journal");
        awaitHeard("cleared", "audit file");
        refuse(1);
        int whole = 2 * RECORDS + 5;
        Await.until("every record is there", LIMIT, () -> count("ended_at IS NOT NULL") == whole);
        assertThat(count("TRUE")).isEqualTo(whole);
        Await.until("all is well again", LIMIT, () -> alarms().isEmpty());
        assertThat(operations.metric("offhook_records_lost")).isZero();
        operations.close();
        assertThat(gateway.stop()).as("exit code").isZero();
    }

    /// Of what lies on the disk.
    private boolean onlyTheLog() {
        Path data = folder.resolve("data");
        try (Stream<Path> open = Files.list(Path.of("/proc", gateway.pid() + "", "fd"))) {
            return open.map(DiskFullIT::target)
                    .filter(file -> file.startsWith(data))
                    .allMatch(data.resolve("offhook.log")::equals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path target(Path link) {
        try {
            return Files.readSymbolicLink(link);
        } catch (IOException _) {
            return link; // closed meanwhile
        }
    }

    private void awaitSaid(String subject, String words) {
        Await.until(
                words,
                LIMIT,
                () ->
                        Stream.of((CompositeData[]) operations.attribute("Alarms"))
                                .filter(alarm -> subject.equals(alarm.get("subject")))
                                .anyMatch(alarm -> alarm.get("text").toString().contains(words)));
    }

    private PhoneCall answered() {
        PhoneCall call = phone.invite("200", TALK);
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        return call.awaitAnswer(LIMIT);
    }

    private void awaitHeardBothWays(PhoneCall call) {
        Hearing.awaitAtPhone(call, AGENT_HZ, call.media().heard().size(), LIMIT);
        Hearing.awaitAtPeer(alice, CALLER_HZ, Hearing.ENOUGH_SECONDS, LIMIT);
    }

    /// Runs a line of the shell where the disk is mounted.
    private void inItsNamespace(String line) throws Exception {
        Process process =
                new ProcessBuilder(
                                "nsenter",
                                "-t",
                                Long.toString(gateway.pid()),
                                "-m",
                                "sh",
                                "-c",
                                line,
                                folder.resolve("data").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("disk.log").toFile())
                        .start();
        assertThat(process.waitFor()).as(line).isZero();
    }

    /// Under the file system.
    ///
    /// @throws SkipException when it is one in memory
    private Path device() throws IOException {
        String data = folder.resolve("data").toString();
        return Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/mounts")).stream()
                .map(line -> line.split(" "))
                .filter(fields -> fields[1].equals(data))
                .map(fields -> Path.of(fields[0]))
                .filter(device -> device.startsWith("/dev"))
                .findFirst()
                .orElseThrow(() -> new SkipException("this machine has no loop devices"));
    }

    private void awaitHeard(String what, String alarm) {
        String wanted = "offhook.alarm." + what + ' ' + alarm;
        Await.until(wanted + " in " + heard, LIMIT, () -> heard.contains(wanted));
    }

    private void hear(Notification notification) {
        Map<?, ?> alarm = (Map<?, ?>) notification.getUserData();
        heard.add(notification.getType() + ' ' + alarm.get("kind") + ' ' + alarm.get("subject"));
    }

    /// Nobody is signed in there.
    private void refuse(int calls) {
        for (int i = 0; i < calls; i++) {
            assertThat(phone.invite("209", TALK).awaitFinal(LIMIT).status()).isEqualTo(480);
        }
    }

    /// Takes all room that there is.
    private Path fill() {
        Path file = disk.resolve("fill");
        byte[] page = new byte[4096];
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(page);
            }
        } catch (IOException full) {
            assertThat(full).hasMessageContaining("No space left");
        }
        return file;
    }

    private static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (IOException _) {
            return 0;
        }
    }

    private List<String> alarms() {
        return operations.alarms();
    }

    /// Of a copy: the library would look for the file where this process sees it.
    private long count(String which) {
        try {
            for (String name : List.of("records.db", "records.db-journal")) {
                Path from = disk.resolve(name);
                if (Files.exists(from)) {
                    Files.copy(from, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
                }
            }
            try (Connection connection =
                            DriverManager.getConnection(
                                    "jdbc:sqlite:" + folder.resolve("records.db"));
                    Statement statement = connection.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT count(*) FROM calls WHERE " + which)) {
                return row.next() ? row.getLong(1) : 0;
            }
        } catch (IOException | SQLException _) {
            return -1; // not there yet, or copied while it was written
        }
    }
}
