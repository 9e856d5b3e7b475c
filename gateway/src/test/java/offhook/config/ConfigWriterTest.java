package offhook.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import offhook.config.TrunkConfig.Preset;
import offhook.config.Value.Reading;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is written of a configuration is loaded again, and compared. All secrets are one that fits
/// everywhere, so that something can stand for each that was removed.
public class ConfigWriterTest extends ConfigTexts {

    private static final Path CONF = Path.of("..", "conf");

    /// Files that configurations name: certificates and keys.
    private static final Pattern PEM = Pattern.compile("\\b(?:certificate|key|ca): ([\\w/.-]+)");

    private Path folder;

    @BeforeClass
    public void makeFolder() throws IOException {
        folder = Files.createTempDirectory("offhook-written");
        AudioFormat format = new AudioFormat(8000, 16, 1, true, false);
        try (AudioInputStream silence =
                new AudioInputStream(new ByteArrayInputStream(new byte[32_000]), format, 16_000)) {
            AudioSystem.write(
                    silence, AudioFileFormat.Type.WAVE, folder.resolve("music.wav").toFile());
        }
    }

    @AfterClass(alwaysRun = true)
    public void removeFolder() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList().reversed()) {
                Files.delete(file);
            }
        }
    }

    @DataProvider
    public Object[][] configurations() throws IOException {
        List<Object[]> all = new ArrayList<>();
        all.add(new Object[] {"nothing", "{}"});
        all.add(new Object[] {"every setting", everySetting()});
        all.add(
                new Object[] {
                    "all off", "ops: {listen: off, black-box: off, records: off, audit: off}"
                });
        try (Stream<Path> files = Files.walk(CONF)) {
            for (Path file : files.toList()) {
                if (file.endsWith("gateway.yaml") || file.endsWith("demo.yaml")) {
                    all.add(new Object[] {file.toString(), Files.readString(file)});
                }
            }
        }
        return all.toArray(Object[][]::new);
    }

    @Test(dataProvider = "configurations")
    public void whatIsWrittenLoadsAsTheSame(String name, String text) throws Exception {
        GatewayConfig config = load(text, folder);
        String secret =
                config.agents().users().stream()
                        .map(user -> user.passwordHash().value())
                        .findFirst()
                        .orElse(HASH);

        String written = ConfigWriter.write(config);

        GatewayConfig again =
                ConfigLoader.load(name, written, _ -> Optional.of(secret), Path.of("/elsewhere"))
                        .config();
        assertThat(again).isEqualTo(presetsAsOwn(config));
        assertThat(written).doesNotContain(secret).doesNotContain(HASH);
    }

    @Test
    public void everySettingThatIsReadIsWritten() throws Exception {
        Problems problems = new Problems("every-setting.yaml");
        makeFiles(everySetting());
        GatewayConfig config =
                ConfigLoader.load(
                                everySetting(),
                                new Reading(
                                        problems,
                                        new Interpolation(_ -> Optional.of(HASH), folder),
                                        Optional.empty()))
                        .config();

        assertThat(ShippedFilesTest.keys(ConfigWriter.write(config)))
                .isEqualTo(problems.knownKeys());
    }

    /// Else one could be written as its default, or from the place of another, unseen.
    @Test
    public void everySettingOfTheFileHereCounts() throws Exception {
        GatewayConfig config = load(everySetting(), folder);
        Object file = new Load(LoadSettings.builder().build()).loadFromString(everySetting());
        List<String> needless = new ArrayList<>();

        withoutEach(
                "",
                file,
                path -> {
                    try {
                        String text = new Dump(DumpSettings.builder().build()).dumpToString(file);
                        if (load(text, folder).equals(config)) {
                            needless.add(path);
                        }
                    } catch (ConfigException _) {
                        // It is needed.
                    }
                });

        assertThat(needless).isEmpty();
    }

    /// Calls while one setting after the other is not there.
    private static void withoutEach(String path, Object value, Consumer<String> then) {
        if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked") // keys are words
            Map<String, Object> settings = (Map<String, Object>) map;
            for (String key : List.copyOf(settings.keySet())) {
                Object removed = Objects.requireNonNull(settings.remove(key));
                then.accept(path + "." + key);
                settings.put(key, removed);
                withoutEach(path + "." + key, removed, then);
            }
        } else if (value instanceof List<?> list) {
            for (int i = 0; i < list.size(); i++) {
                withoutEach(path + "[" + i + "]", list.get(i), then);
            }
        }
    }

    @Test
    public void passwordsOfUrlsAreRemoved() throws Exception {
        GatewayConfig config =
                load(
                        """
                        trunks: [{name: pbx, uri: ["sip:gw:topsecret@pbx.example.com", "sip:a/b:topsecret@pbx.example.com"]}]
                        ops: {records: {url: "postgresql://db/calls?passfile=topsecret"}}
                        """,
                        folder);

        assertThat(ConfigWriter.write(config))
                .contains("sip:gw:${REMOVED}@pbx.example.com", "sip:a/b:${REMOVED}@pbx.example.com")
                .contains("postgresql://db/calls?${REMOVED}")
                .doesNotContain("topsecret");
    }

    @Test
    public void whoeverTakesItForAConfigurationIsToldWhatIsMissing() throws Exception {
        String written =
                ConfigWriter.write(
                        load(
                                "trunks: [{name: pbx, uri: 'sip:pbx.example.com', auth: {username: gw,"
                                        + " password: secret}}]",
                                folder));

        assertThat(written).contains("password: '${REMOVED}'");
        assertThat(catchProblems(written))
                .singleElement()
                .asString()
                .contains("trunks[0].auth.password", "REMOVED is not set");
    }

    /// The same, whose trunks say themselves what their presets gave.
    private static GatewayConfig presetsAsOwn(GatewayConfig config) throws Exception {
        List<TrunkConfig> trunks = new ArrayList<>();
        for (TrunkConfig trunk : config.trunks()) {
            trunks.add(
                    with(
                            trunk,
                            "preset",
                            trunk.preset().map(each -> new Preset(each.name(), List.of()))));
        }
        return with(config, "trunks", trunks);
    }

    /// The same record with one other component.
    @SuppressWarnings("unchecked") // a constructor makes what it is of
    private static <R extends Record> R with(R record, String name, Object other)
            throws ReflectiveOperationException {
        RecordComponent[] components = record.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        for (int i = 0; i < values.length; i++) {
            values[i] =
                    components[i].getName().equals(name)
                            ? other
                            : components[i].getAccessor().invoke(record);
        }
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        return (R) record.getClass().getDeclaredConstructor(types).newInstance(values);
    }

    private static List<String> catchProblems(String text) {
        try {
            ConfigLoader.load("written.yaml", text, _ -> Optional.empty(), Path.of("/"));
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    private GatewayConfig load(String text, Path directory) throws ConfigException {
        makeFiles(text);
        return ConfigLoader.load("gateway.yaml", text, _ -> Optional.of(HASH), directory).config();
    }

    private void makeFiles(String text) {
        PEM.matcher(text)
                .results()
                .map(named -> folder.resolve(named.group(1)))
                .filter(file -> !Files.exists(file))
                .forEach(file -> {
                    try {
                        Files.createDirectories(file.getParent());
                        Files.createFile(
                                file,
                                PosixFilePermissions.asFileAttribute(
                                        PosixFilePermissions.fromString("rw-------")));
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    private static String everySetting() throws IOException {
        try (InputStream file =
                Objects.requireNonNull(
                        ConfigWriterTest.class.getResourceAsStream("every-setting.yaml"))) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
