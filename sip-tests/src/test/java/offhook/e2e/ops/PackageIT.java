package offhook.e2e.ops;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Program;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What is handed out: the archive where it is unpacked, and what is in the Debian package.
@Test(groups = {"e2e", "ops"})
public class PackageIT {
    /// What bash offers for `offhook trunks di`.
    private static final String COMPLETION =
            """
            set +eu
            source "$1"
            COMP_WORDS=(offhook trunks di)
            COMP_CWORD=2
            _complete_offhook 2>/dev/null
            echo "${COMPREPLY[@]}"
            """;

    private static final Duration LIMIT = Duration.ofSeconds(120);

    /// Nobody's, and root's when he starts another program as nobody.
    private static final String NOBODY = "65534";

    private final Path work = Path.of("target", "e2e", "PackageIT").toAbsolutePath();
    private final Path checkout = DemoConfig.root();
    private Path packages;
    private Path elsewhere;

    /// Packs what Maven has compiled.
    @BeforeClass
    public void pack() throws IOException {
        Files.createDirectories(work);
        elsewhere = Files.createTempDirectory("offhook package");
        shell("chmod 755 \"$1\"", elsewhere);
        packages = elsewhere.resolve("one");
        packInto(checkout, packages);
    }

    @AfterClass(alwaysRun = true)
    public void remove() {
        if (elsewhere != null) {
            shell("chmod -R u+w \"$1\"; rm -rf \"$1\"", elsewhere);
        }
    }

    private void packInto(Path from, Path to) {
        shell(
                "export JAVA_HOME=\"$3\" SOURCE_DATE_EPOCH=1700000000 OFFHOOK_PACKAGES=\"$2\"\n"
                        + "\"$1/scripts/package\" --built",
                from,
                to,
                System.getProperty("java.home"));
    }

    /// What a script prints, which must end well. Its words are `$1` and so on.
    private String shell(String script, Object... words) {
        List<String> command = new ArrayList<>(List.of("bash", "-euc", script, "bash"));
        Arrays.stream(words).map(Object::toString).forEach(command::add);
        Program done = Program.execute(work, LIMIT, command);
        assertThat(done.exitCode()).as(script + ": " + done.err()).isZero();
        return done.out();
    }

    private static List<Path> made(Path folder, String... endings) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file ->
                            Arrays.stream(endings).anyMatch(end -> file.toString().endsWith(end)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The program of the archive, as a user who is not root, who has no privileges and gets none.
    private static List<String> offhook(Path home, String... words) {
        List<String> command = new ArrayList<>(List.of("setpriv", "--no-new-privs"));
        if ("root".equals(System.getProperty("user.name"))) {
            command.addAll(
                    List.of(
                            "--reuid=" + NOBODY,
                            "--regid=" + NOBODY,
                            "--clear-groups",
                            "--inh-caps=-all",
                            "--bounding-set=-all"));
        }
        command.addAll(
                List.of(
                        "env",
                        "JAVA_HOME=" + System.getProperty("java.home"),
                        "OFFHOOK_JAVA_OPTS=-XX:TieredStopAtLevel=1",
                        home.resolve("bin/offhook").toString()));
        command.addAll(List.of(words));
        return command;
    }

    private Program run(Path home, String... words) {
        return Program.execute(work, LIMIT, offhook(home, words));
    }

    /// The delivered configuration with ports that are free, and a PBX that is this machine.
    private static Path configuration(Path home, Path own) throws IOException {
        String text =
                Files.readString(home.resolve("conf/gateway.yaml"))
                        .replace("pbx.example.com", "127.0.0.1:" + Ports.freePair());
        for (int port : new int[] {5060, 8080, 7882, 8081}) {
            text = text.replaceAll("(://[0-9.]+:)" + port + "\"", "$1" + Ports.freePair() + "\"");
        }
        return Files.writeString(own.resolve("gateway.yaml"), text);
    }

    @Test
    public void theArchiveRunsReadOnlyWithoutPrivilegesAndTakesACall() throws Exception {
        shell("tar -C \"$1\" -xf \"$2\"", elsewhere, made(packages, ".tar.gz").getFirst());
        Path home;
        try (Stream<Path> folders = Files.list(elsewhere)) {
            home =
                    folders.filter(folder -> folder.getFileName().toString().startsWith("offhook-"))
                            .findFirst()
                            .orElseThrow();
        }
        assertThat(home.resolve("docs/install.md")).isRegularFile();
        assertThat(DeadLinks.in(home)).isEmpty();
        archiveClasses(home);
        shell("chmod -R a-w \"$1\"", home);
        Path own = Files.createDirectory(elsewhere.resolve("own"));
        String config = configuration(home, own).toString();
        shell("chmod 777 \"$1\"; chmod 644 \"$1\"/*", own);

        assertThat(run(home, "--version").out()).isEqualTo("offhook " + version(home) + "\n");
        assertThat(run(home, "check", "--config", config).exitCode()).isZero();
        assertThat(shell(COMPLETION, home.resolve("completions/offhook"))).isEqualTo("disable\n");
        Program doctor = run(home, "doctor", "--config", config, "--no-call");
        assertThat(doctor.exitCode()).as(doctor.out() + doctor.err()).isIn(0, 1);

        Path log = work.resolve("gateway.log");
        Process gateway =
                new ProcessBuilder(offhook(home, "run", "--config", config))
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start();
        try {
            Await.until(
                    "it is ready, or has ended", LIMIT, () -> saysReady(log) || !gateway.isAlive());
            assertThat(gateway.isAlive()).as(Files.readString(log)).isTrue();
            assertThat(Files.readString(log)).doesNotContain("ERROR", "[warning]", "[error]");
            assertThat(shell("cat /proc/$1/maps", gateway.pid()))
                    .as("its classes come from the archive")
                    .contains(home.resolve("classes.jsa").toString());
            assertThat(Files.readAllLines(Path.of("/proc/" + gateway.pid() + "/status")))
                    .contains("NoNewPrivs:\t1", "CapEff:\t0000000000000000")
                    .noneMatch(line -> line.matches("Uid:.*\\t0\\b.*"));
            Program trunks = run(home, "trunks", "--pid=" + gateway.pid());
            assertThat(trunks.out()).as(trunks.err()).contains("pbx");
            // Again where the machine is too busy for the few seconds that such a call may take.
            Await.until(
                    "it calls itself",
                    LIMIT,
                    () -> run(home, "probe", "--pid=" + gateway.pid()).out().startsWith("ok: "));
            assertThat(run(home, "records", "--config", config).out())
                    .as("its database has its tables")
                    .startsWith("STARTED ");
            gateway.destroy();
            assertThat(gateway.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(gateway.exitValue()).as(Files.readString(log)).isZero();
        } finally {
            gateway.destroyForcibly();
        }
        assertThat(own.resolve("data")).isDirectory();
        assertThat(shell("find \"$1\" -newer \"$2\"", home, own.resolve("gateway.yaml")))
                .as("written beside the program")
                .isEmpty();
        spoiledArchiveIsAsNone(home);
    }

    /// As who unpacked it; nobody else can.
    private void archiveClasses(Path home) {
        if ("root".equals(System.getProperty("user.name"))) {
            assertThat(run(home, "archive-classes").exitCode()).isNotZero();
        }
        shell(
                "umask 077; export JAVA_HOME=\"$2\" OFFHOOK_JAVA_OPTS=-XX:TieredStopAtLevel=1\n"
                        + "\"$1/bin/offhook\" archive-classes",
                home,
                System.getProperty("java.home"));
        assertThat(shell("stat -c %a \"$1/classes.jsa\"; ls -d \"$1\"/archive* || true", home))
                .isEqualTo("644\n");
    }

    private void spoiledArchiveIsAsNone(Path home) throws IOException {
        shell("chmod -R u+w \"$1\"", home);
        String missing = home.resolve("none.yaml").toString();
        Program whole = run(home, "run", "--config", missing);

        shell("truncate -s 1000000 \"$1/classes.jsa\"", home);
        assertThat(run(home, "run", "--config", missing)).isEqualTo(whole);
        Files.writeString(home.resolve("classes.jsa"), "no archive");
        assertThat(run(home, "run", "--config", missing)).isEqualTo(whole);
        assertThat(whole.exitCode()).isEqualTo(2);
        assertThat(whole.out()).isEmpty();
    }

    private static String version(Path home) {
        return home.getFileName().toString().substring("offhook-".length());
    }

    private static boolean saysReady(Path log) {
        try {
            return Files.readString(log).lines().anyMatch("ready"::equals);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// In another folder, by someone who lets nobody read his files, and from which a gateway runs
    /// whose secrets are nobody else's.
    @Test
    public void whatIsPackedInAnotherFolderIsTheSameToTheByte() throws IOException {
        Path copy = elsewhere.resolve("another checkout");
        shell(
                """
                umask 077
                cd "$1"
                for each in pom.xml LICENSE README.md scripts conf gateway/docs gateway/src/main/npm \\
                    gateway/src/main/resources/offhook/web/static/client \\
                    codecs/target/*.jar codecs/target/classes \\
                    gateway/target/*.jar gateway/target/classes gateway/target/classpath; do
                  [ -e "$each" ] || continue
                  mkdir -p "$2/$(dirname "$each")"
                  case $each in
                    */target/*) cp -Rp "$each" "$2/$each" ;;
                    *) cp -R "$each" "$2/$each" ;;
                  esac
                done
                mkdir -p "$2/conf/data"
                echo secret >"$2/conf/data/token-secret"
                """,
                checkout,
                copy);
        Path second = elsewhere.resolve("two");
        packInto(copy, second);

        List<Path> first = made(packages, ".tar.gz", ".tgz");
        assertThat(first).hasSize(2);
        for (Path each : first) {
            assertThat(Files.mismatch(each, second.resolve(each.getFileName())))
                    .as(each.getFileName().toString())
                    .isEqualTo(-1);
        }
        assertThat(shell("stat -c %a \"$1\"", copy.resolve("conf/data/token-secret")))
                .isEqualTo("600\n");
    }

    /// Its Java left out, which takes minutes to pack.
    @Test
    public void theDebianPackageHasWhatItsRulesAsk() throws IOException {
        shell(
                "export JAVA_HOME=\"$3\" SOURCE_DATE_EPOCH=1700000000 OFFHOOK_PACKAGES=\"$2\"\n"
                        + "\"$1/scripts/package-deb\" --without-java",
                checkout,
                packages,
                System.getProperty("java.home"));
        Path deb = made(packages, ".deb").getFirst();
        Path root = elsewhere.resolve("root");
        shell("dpkg-deb --raw-extract \"$1\" \"$2\"", deb, root);

        assertThat(shell("dpkg-deb --field \"$1\" Package Depends", deb))
                .contains("Package: offhook\n")
                .contains("libc6 (>= 2.31)", "adduser");
        assertThat(Files.readAllLines(root.resolve("DEBIAN/conffiles")))
                .containsExactly(
                        "/etc/offhook/environment",
                        "/etc/offhook/gateway.yaml",
                        "/etc/offhook/log4j2.xml");
        shell(
                "cd \"$1\"; md5sum --quiet -c DEBIAN/md5sums; for each in DEBIAN/post* DEBIAN/pre* usr/bin/offhook; do"
                        + " sh -n \"$each\"; [ -x \"$each\" ]; done",
                root);
        Map<String, String> modes = modes(deb);
        assertThat(modes)
                .containsEntry("./usr/bin/offhook", "-rwxr-xr-x root/root")
                .containsEntry("./etc/offhook/gateway.yaml", "-rw-r----- root/root")
                .containsEntry("./etc/offhook/environment", "-rw------- root/root")
                .containsEntry("./lib/systemd/system/offhook.service", "-rw-r--r-- root/root")
                .containsKeys(
                        "./usr/share/doc/offhook/copyright",
                        "./usr/share/doc/offhook/changelog.gz",
                        "./usr/share/doc/offhook/docs/install.md",
                        "./usr/share/offhook/conf/demo.yaml");
        assertThat(modes.values())
                .as("root's, and writable for nobody else")
                .allMatch(mode -> mode.endsWith(" root/root") && mode.charAt(5) != 'w')
                .allMatch(mode -> mode.charAt(8) != 'w');
        assertThat(DeadLinks.in(root.resolve("usr/share/doc/offhook"))).isEmpty();
        assertThat(Files.readString(root.resolve("lib/systemd/system/offhook.service")))
                .contains("ExecStart=/usr/bin/offhook run ");
        assertThat(Files.readAllLines(root.resolve("etc/offhook/gateway.yaml")))
                .as("the service may write nowhere else")
                .filteredOn(line -> line.matches(" +(folder|file): .*"))
                .hasSize(3)
                .allMatch(line -> line.contains(": /var/lib/offhook"));
        assertThat(shell("grep -rlF \"$1\" \"$2\" || true", checkout, root))
                .as("names the folder where it was packed")
                .isEmpty();
    }

    /// Mode and owner of each file of a package.
    private Map<String, String> modes(Path deb) {
        Map<String, String> modes = new TreeMap<>();
        shell("dpkg-deb --contents \"$1\"", deb)
                .lines()
                .map(line -> line.split(" +", 6))
                .forEach(words -> modes.put(words[5], words[0] + " " + words[1]));
        return modes;
    }
}
