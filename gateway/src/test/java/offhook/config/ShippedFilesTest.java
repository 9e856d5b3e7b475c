package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import offhook.config.MediaConfig.BrowserCodec;
import offhook.config.RouteConfig.Kind;
import offhook.config.TrunkConfig.Codec;
import offhook.config.TrunkConfig.MediaSource;
import offhook.config.Value.Reading;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ShippedFilesTest {

    private static final Path CONF = Path.of("..", "conf");
    private static final Map<String, String> ENVIRONMENT =
            Map.of(
                    "PBX_PASSWORD",
                    "secret",
                    "CARRIER_PASSWORD",
                    "secret",
                    "ALICE_PASSWORD_HASH",
                    "$2b$10$" + "a".repeat(53));

    @Test
    public void gatewayFileServesAsItIs() throws Exception {
        LoadedConfig loaded =
                ConfigLoader.load(
                        "gateway.yaml",
                        Files.readString(CONF.resolve("gateway.yaml")),
                        _ -> Optional.empty(),
                        CONF);

        assertThat(loaded.warnings()).isEmpty();
        assertThat(loaded.config().trunks()).hasSize(1);
    }

    @Test
    public void gatewayFileShowsTheDefaults() throws Exception {
        GatewayConfig shown = load("gateway.yaml").config();
        GatewayConfig absent =
                ConfigLoader.load("empty.yaml", "{}", _ -> Optional.empty(), CONF).config();

        assertThat(shown.node()).isEqualTo(absent.node());
        assertThat(shown.sip()).isEqualTo(absent.sip());
        assertThat(shown.media()).isEqualTo(absent.media());
        assertThat(shown.ops()).isEqualTo(absent.ops());
        assertThat(shown.limits()).isEqualTo(absent.limits());
        assertThat(shown.web().listen()).isEqualTo(absent.web().listen());
        assertThat(shown.agents().tokenLifetime()).isEqualTo(absent.agents().tokenLifetime());
        assertThat(shown.agents().grace()).isEqualTo(absent.agents().grace());

        TrunkConfig small = trunk("trunks: [{name: t, addresses: [192.0.2.0/24]}]");
        TrunkConfig trunk = shown.trunks().getFirst();
        assertThat(trunk.codecs()).isEqualTo(small.codecs());
        assertThat(trunk.dtmf()).isEqualTo(small.dtmf());
        assertThat(trunk.srtp()).isEqualTo(small.srtp());
        assertThat(trunk.media()).isEqualTo(small.media()).isEqualTo(MediaSource.STRICT);
        assertThat(trunk.register()).isEqualTo(small.register());
    }

    @Test
    public void gatewayFileHasExactlyTheKnownKeys() throws Exception {
        String all = Files.readString(CONF.resolve("gateway.yaml")).replaceAll("(?m)^#(?=  )", "");
        Problems problems = new Problems("gateway.yaml");
        Reading reading =
                new Reading(
                        problems,
                        new Interpolation(
                                name -> Optional.of(ENVIRONMENT.getOrDefault(name, "x")), CONF),
                        Optional.empty());
        try {
            ConfigLoader.load(all, reading);
        } catch (ConfigException _) {
            // some keys are known and not served yet
        }

        assertThat(keys(all)).isEqualTo(problems.knownKeys());
    }

    @Test
    public void demoFileLoads() throws Exception {
        LoadedConfig loaded = ConfigLoader.load(CONF.resolve("demo.yaml"));
        GatewayConfig demo = loaded.config();

        assertThat(loaded.warnings()).isEmpty();
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        assertThat(demo.node().advertise()).contains(loopback);
        assertThat(demo.sip().listen())
                .containsExactly(
                        new Listen("udp", new InetSocketAddress(loopback, 5060)),
                        new Listen("tcp", new InetSocketAddress(loopback, 5060)));
        assertThat(demo.trunks().getFirst().addresses()).containsExactly(new Cidr(loopback, 32));
        assertThat(demo.trunks().getFirst().codecs()).containsExactly(Codec.PCMA, Codec.PCMU);
        assertThat(demo.routes())
                .containsExactly(
                        new RouteConfig(
                                "demo",
                                "*",
                                List.of(
                                        new RouteConfig.Destination(
                                                Kind.AGENT, "alice", Optional.empty())),
                                RouteConfig.Dialling.PLAIN,
                                Duration.ofSeconds(30),
                                Optional.empty(),
                                List.of()));
        assertThat(demo.web().allowedOrigins())
                .containsExactly("http://localhost:8080", "http://127.0.0.1:8080");
        assertThat(demo.media().listen())
                .isEqualTo(new Listen("udp", new InetSocketAddress(loopback, 7882)));
        assertThat(demo.media().browserCodecs()).containsExactly(BrowserCodec.values());
        String hash = demo.agents().users().getFirst().passwordHash().value();
        assertThat(BCrypt.verifyer().verify("alice".toCharArray(), hash).verified).isTrue();
    }

    @DataProvider
    public Object[][] examples() throws IOException {
        try (Stream<Path> files = Files.walk(CONF.resolve("examples"))) {
            return files.filter(file -> file.endsWith("gateway.yaml"))
                    .map(file -> new Object[] {file})
                    .toArray(Object[][]::new);
        }
    }

    @Test(dataProvider = "examples")
    public void exampleServesAsItIs(Path file) throws Exception {
        try {
            LoadedConfig loaded =
                    ConfigLoader.load(
                            file.toString(),
                            Files.readString(file),
                            variable -> Optional.ofNullable(ENVIRONMENT.get(variable)),
                            file.getParent());
            assertThat(loaded.warnings()).isEmpty();
            assertThat(loaded.config().trunks())
                    .singleElement()
                    .satisfies(trunk -> assertThat(trunk.preset()).isPresent());
        } catch (ConfigException e) {
            // Certificates are everybody's own.
            assertThat(e.problems()).allMatch(problem -> problem.contains(": there is no file "));
        }
    }

    @Test
    public void everyPresetHasAnExample() throws IOException {
        try (Stream<Path> folders = Files.list(CONF.resolve("examples"))) {
            assertThat(
                            folders.filter(folder -> Files.exists(folder.resolve("gateway.yaml")))
                                    .map(folder -> folder.getFileName().toString()))
                    .containsExactlyInAnyOrderElementsOf(TrunkPresets.names());
        }
    }

    private static LoadedConfig load(String name) throws IOException, ConfigException {
        return ConfigLoader.load(
                name,
                Files.readString(CONF.resolve(name)),
                variable -> Optional.ofNullable(ENVIRONMENT.get(variable)),
                CONF);
    }

    private static TrunkConfig trunk(String text) throws ConfigException {
        return ConfigLoader.load("t.yaml", text, _ -> Optional.empty(), CONF)
                .config()
                .trunks()
                .getFirst();
    }

    /// The path of each key, without the numbers of items.
    static SortedSet<String> keys(String yaml) {
        SortedSet<String> keys = new TreeSet<>();
        addKeys("", new Load(LoadSettings.builder().build()).loadFromString(yaml), keys);
        return keys;
    }

    private static void addKeys(String path, Object value, SortedSet<String> keys) {
        if (value instanceof Map<?, ?> map) {
            map.forEach((key, inner) -> {
                String full = path.isEmpty() ? "" + key : path + "." + key;
                keys.add(full);
                addKeys(full, inner, keys);
            });
        } else if (value instanceof List<?> list) {
            list.forEach(inner -> addKeys(path + "[]", inner, keys));
        }
    }
}
