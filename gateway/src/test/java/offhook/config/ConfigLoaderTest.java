package offhook.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is read from configuration files that are right.
public class ConfigLoaderTest extends ConfigTexts {

    @Test
    public void portsForFewerCallsThanAreAllowedAreWarnedOf() throws Exception {
        String trunk = "trunks: [{name: t, addresses: [192.0.2.1]}]\n";

        assertThat(load(trunk + "sip: {rtp-ports: 14000-14099}").warnings())
                .anyMatch(w ->
                        w.startsWith(
                                        "gateway.yaml:2:18: sip.rtp-ports: 14000-14099 has room for 50")
                                && w.contains("fewer than the 200 of limits.max-calls")
                                && w.contains("Widen it to 400 ports or more"));
        assertThat(load(trunk + "limits: {max-calls: 5001}").warnings())
                .anyMatch(w -> w.contains("sip: the default of rtp-ports, 10000-19999 has room"));
        assertThat(load(trunk + "sip: {rtp-ports: 14001-14402}").warnings())
                .noneMatch(w -> w.contains("has room for"));
        assertThat(load(trunk + "sip: {rtp-ports: 14001-14400}").warnings())
                .anyMatch(w -> w.contains("has room for 199 calls"));
        assertThat(load("sip: {rtp-ports: 14000-14099}").warnings())
                .noneMatch(w -> w.contains("has room for"));
    }

    @Test
    public void noSettingsMeanDefaults() throws Exception {
        GatewayConfig config = load("{}").config();

        assertThat(config.node()).isEqualTo(new NodeConfig("offhook", Optional.empty()));
        assertThat(config.sip().listen())
                .extracting(l -> l.scheme() + " " + l.address().getPort())
                .containsExactly("udp 5060", "tcp 5060");
        assertThat(config.sip().rtpPorts()).isEqualTo(new PortRange(10000, 19999));
        assertThat(config.trunks()).isEmpty();
        assertThat(config.routes()).isEmpty();
        assertThat(config.media().opus()).isEqualTo(new MediaConfig.Opus(5, 24000, true, true));
        assertThat(config.media().jitterMaxMillis()).isEqualTo(120);
        assertThat(config.limits())
                .isEqualTo(new LimitsConfig(200, 20, Duration.ofSeconds(30), Duration.ofHours(4)));
        assertThat(config.ops().listen()).map(l -> l.address().getPort()).contains(8081);
    }

    @Test
    public void listenMayBeOneOrAList() throws Exception {
        assertThat(load("web: {listen: 'http://localhost:1'}").config().web().listen()).hasSize(1);
        assertThat(load("web: {listen: ['http://localhost:1', 'http://[::1]:2']}").config().web())
                .extracting(WebConfig::listen)
                .satisfies(l -> assertThat(l).hasSize(2));
    }

    @DataProvider
    public Object[][] badIdentities() {
        return new Object[][] {
            {"identity: asserted", "identity: 'asserted' is none of from, pai, ppi, rpid"},
            {"from-user: 'a b'", "1:55: trunks[0].from-user: 'a b' is no user of a SIP URI"},
            {"from-domain: 'a;b'", "trunks[0].from-domain: 'a;b' is neither the name of a host"},
            {"contact-user: '<'", "trunks[0].contact-user: '<' is no user of a SIP URI"},
            {"trust-identity: 1", "trunks[0].trust-identity: '1' is none of true, false"},
            {"headers: {in: [Via]}", "headers.in[0]: 'Via' is the gateway's own and is never"},
            {"headers: {out: ['P-*']}", "headers.out[0]: 'P-*' is neither the name of a header"},
            {"headers: {from: [X-A]}", "trunks[0].headers.from: unknown key"},
        };
    }

    @Test(dataProvider = "badIdentities")
    public void badIdentityIsToldWhereItIs(String setting, String problem) {
        assertThatThrownBy(
                        () -> load("trunks: [{name: t, addresses: [192.0.2.1], " + setting + "}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(problem);
    }

    @Test
    public void identityOfATrunkIsRead() throws Exception {
        LoadedConfig loaded =
                load(
                        "trunks: [{name: t, addresses: [192.0.2.1], identity: pai, from-user: gw,"
                                + " from-domain: example.com, contact-user: c, trust-identity: true,"
                                + " headers: {in: [X-A, 'X-B-*'], out: [User-to-User]}}]\n"
                                + "agents: {users: [{name: a, withhold-number: true, calls: 2,"
                                + " password-hash: '"
                                + HASH
                                + "'}]}");

        assertThat(loaded.config().trunks().getFirst().identity())
                .isEqualTo(
                        new TrunkIdentity(
                                TrunkIdentity.Names.PAI,
                                Optional.of("gw"),
                                Optional.of("example.com"),
                                Optional.of("c"),
                                true,
                                new HeaderAllowList(List.of("X-A", "X-B-*")),
                                new HeaderAllowList(List.of("User-to-User"))));
        assertThat(loaded.config().agents().users().getFirst().withholdNumber()).isTrue();
        assertThat(loaded.config().agents().users().getFirst().calls()).isEqualTo(2);
        assertThat(load("trunks: [{name: t, addresses: [192.0.2.1], from-user: gw}]").warnings())
                .anyMatch(warning -> warning.contains("takes the place of the caller's number"));
    }

    @Test
    public void ringbackIsACountrysOrOnesOwn() throws Exception {
        assertThat(ringback("{}")).isEqualTo(MediaConfig.Ringback.USUAL);
        assertThat(ringback("media: {ringback: ES}"))
                .isEqualTo(new MediaConfig.Ringback(List.of(425), List.of(1500, 3000)));
        assertThat(ringback("media: {ringback: UK}"))
                .isEqualTo(
                        new MediaConfig.Ringback(List.of(400, 450), List.of(400, 200, 400, 2000)));
        assertThat(ringback("media: {ringback: {frequency: [440, 480], cadence: [2, 0.25]}}"))
                .isEqualTo(new MediaConfig.Ringback(List.of(440, 480), List.of(2000, 250)));
        assertThatThrownBy(() -> load("media: {ringback: XX}"))
                .hasMessageContaining("media.ringback: 'XX' is none of AT, BE");
        assertThatThrownBy(() -> load("media: {ringback: {frequency: 425, cadence: [1]}}"))
                .hasMessageContaining("media.ringback.cadence: must be seconds on, seconds off");
        assertThatThrownBy(() -> load("media: {ringback: {frequency: 25, cadence: [1, 2]}}"))
                .hasMessageContaining("media.ringback.frequency: '25' is not a whole number");
    }

    private static MediaConfig.Ringback ringback(String yaml) throws Exception {
        return load(yaml).config().media().sounds().ringback();
    }

    @Test
    public void holdMusicIsAFileThatCanBePlayed() throws Exception {
        Path good = Files.createTempFile("music", ".wav");
        Path odd = Files.createTempFile("odd", ".wav");
        Path none = Files.createTempFile("none", ".wav");
        try {
            WavFile.write(good, new Recording(new short[16_000], 8000));
            WavFile.write(odd, new Recording(new short[22_050], 22_050));
            Files.writeString(none, "la la la");

            assertThat(load("media: {hold-music: '" + good + "'}").config().media().sounds())
                    .extracting(MediaConfig.Sounds::holdMusic)
                    .isEqualTo(Optional.of(good));
            for (Path bad : List.of(odd, none)) {
                assertThatThrownBy(() -> load("media: {hold-music: '" + bad + "'}"))
                        .hasMessageContaining("media.hold-music: it is ")
                        .hasMessageContaining("wanted is a WAV file of 16 bit PCM");
            }
            assertThatThrownBy(() -> load("media: {hold-music: /nowhere/music.wav}"))
                    .hasMessageContaining("media.hold-music: there is no file /nowhere/music.wav");
        } finally {
            Files.delete(good);
            Files.delete(odd);
            Files.delete(none);
        }
    }

    @Test
    public void queuesOverflowWhereTheySay() throws Exception {
        GatewayConfig config =
                load(ALICE
                                + "trunks: [{name: t, uri: 'sip:192.0.2.1', addresses: [192.0.2.1]}]\n"
                                + "queues:\n"
                                + "  - {name: a, agents: [alice], overflow: 'queue:b'}\n"
                                + "  - {name: b, agents: [alice], overflow: 'trunk:t:112'}\n"
                                + "  - {name: c, agents: [alice], overflow: refuse}\n")
                        .config();

        assertThat(config.queues())
                .extracting(queue -> queue.line().overflow())
                .containsExactly(
                        Optional.of(
                                new RouteConfig.Destination(
                                        RouteConfig.Kind.QUEUE, "b", Optional.empty())),
                        Optional.of(
                                new RouteConfig.Destination(
                                        RouteConfig.Kind.TRUNK, "t", Optional.of("112"))),
                        Optional.empty());
        assertThatThrownBy(() ->
                        load(
                                ALICE
                                        + "trunks: [{name: t, uri: 'sip:192.0.2.1', addresses: [192.0.2.1]}]\n"
                                        + "queues: [{name: b, agents: [alice], overflow: 'trunk:t'}]\n"))
                .hasMessageContaining("queues[0].overflow: needs the number to call");
    }

    @Test
    public void operationsMayBeOff() throws Exception {
        assertThat(load("ops: {listen: off}").config().ops().listen()).isEmpty();
    }

    @Test
    public void operationsReachNobodyElseWithoutAToken() throws Exception {
        String token = "token: '" + "t".repeat(32) + "'";

        assertThatThrownBy(() -> load("ops: {listen: 'http://0.0.0.0:8081'}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(
                        "1:15: ops.listen: others than this machine can reach"
                                + " 'http://0.0.0.0:8081': set 'ops.token'");
        assertThatThrownBy(() -> load("ops: {token: short}"))
                .hasMessageContaining("ops.token: has fewer than 32 characters");
        LoadedConfig loaded = load("ops: {listen: 'http://192.0.2.1:8081', " + token + "}");
        assertThat(loaded.config().ops().token()).contains(new Secret("t".repeat(32)));
        assertThat(loaded.warnings()).anyMatch(w -> w.contains("travels in the clear"));
    }

    @Test
    public void sectionWithoutKeysIsAsAbsent() throws Exception {
        assertThat(load("sip:\nqueues:\n").config()).isEqualTo(load("{}").config());
    }

    @Test
    public void referencesAreResolved() throws Exception {
        Path directory = Files.createTempDirectory("offhook-config");
        Path secret = directory.resolve("secret");
        OwnFiles.replace(secret, Readers.NONE, "from file\n".getBytes(UTF_8));
        try {
            TrunkConfig trunk =
                    ConfigLoader.load(
                                    "gateway.yaml",
                                    "trunks: [{name: pbx, addresses: [192.0.2.1],"
                                            + " auth: {username: 'a-${WHO}-$${b}', password:"
                                            + " '${file:secret}'}}]",
                                    name -> Optional.ofNullable(Map.of("WHO", "gw").get(name)),
                                    directory)
                            .config()
                            .trunks()
                            .getFirst();

            assertThat(trunk.auth().get().username()).isEqualTo("a-gw-${b}");
            assertThat(trunk.auth().get().password().value()).isEqualTo("from file");
            assertThat(trunk.auth().get())
                    .hasToString(
                            "Auth[username=a-gw-${b}, password=***, realm=Optional.empty, inDialog=false]");
        } finally {
            Files.delete(secret);
            Files.delete(directory);
        }
    }

    @Test
    public void mappedAddressesAreReadAsIpv4() throws Exception {
        GatewayConfig config =
                load("trunks: [{name: pbx, addresses: ['::ffff:192.0.2.0/120']}]").config();

        assertThat(config.trunks().getFirst().addresses())
                .containsExactly(new Cidr(InetAddress.ofLiteral("192.0.2.0"), 24));
    }

    @Test
    public void routesPreferOverTheirTrunk() throws Exception {
        GatewayConfig config =
                load("trunks: [{name: pbx, addresses: [192.0.2.1], prefer: auto},"
                                + " {name: sip, addresses: [192.0.2.2]}]\n"
                                + "routes: [{trunk: pbx, number: '1', to: 'agent:alice',"
                                + " prefer: capacity}, {trunk: pbx, number: '2', to:"
                                + " 'agent:alice'}]\n"
                                + ALICE)
                        .config();

        assertThat(config.trunks())
                .extracting(TrunkConfig::prefer)
                .containsExactly(MediaConfig.Prefer.AUTO, MediaConfig.Prefer.QUALITY);
        assertThat(config.routes())
                .extracting(RouteConfig::prefer)
                .containsExactly(Optional.of(MediaConfig.Prefer.CAPACITY), Optional.empty());
    }

    @DataProvider
    Object[][] readableKeys() {
        String text = "trunks: [{name: a, uri: 'sip:192.0.2.1%s', srtp: %s}]";
        return new Object[][] {
            {text.formatted("", "required"), true},
            {text.formatted(";transport=udp", "required"), true},
            {text.formatted(";transport=tcp", "required"), true},
            {text.formatted(";transport=udp", "optional"), false},
            {text.formatted(";transport=udp", "off"), false},
            {"trunks: [{name: a, addresses: [192.0.2.1], srtp: required}]", false},
        };
    }

    @Test(dataProvider = "readableKeys")
    public void keysThatAnybodyCanReadAreWarnedAbout(String text, boolean warned) throws Exception {
        List<String> warnings = load(text).warnings();

        assertThat(warnings.stream().filter(w -> w.contains("trunks[0].srtp: the keys")))
                .hasSize(warned ? 1 : 0);
    }

    @Test
    public void noOriginIsWarnedAbout() throws Exception {
        assertThat(load("node: {name: a}\nweb: {listen: 'http://127.0.0.1:1'}").warnings())
                .containsExactly(
                        "gateway.yaml:2:6: web: no page may connect, as 'allowed-origins' is"
                                + " missing");
    }
}
