package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.Datagram;
import offhook.e2e.capture.RtpFlow;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.SoftPhone;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Desk phones of others, baresip and linphone, whose users press their keys: hold, transfer and
/// digits. Everybody has a tone of their own, so that each is proved to hear the right one.
///
/// Those that speak name an address of the machine in their SDP from which their packets do not
/// come. A baresip that does not speak sends back what it hears: an agent who hears himself has
/// been heard.
@Test(groups = {"e2e", "sip", "media"})
public class DeskPhonesIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final double PHONE_HZ = 440;
    private static final double AGENT_HZ = 1030;
    private static final double COLLEAGUE_HZ = 700;
    private static final double NUMBER_HZ = 1500;
    private static final double MUSIC_HZ = 620;
    private static final double ENOUGH_SECONDS = 0.4;
    private static final int WAV_HEAD_BYTES = 44;
    private static final String KEYS = "159*#";

    /// How a user meets a digit: in an event of baresip, on the screen of linphone.
    private static final Pattern TOLD =
            Pattern.compile("\"CALL_DTMF_START\"[^}]*\"param\":\"(.)\"|Receiving tone (.) from");

    /// Where baresip says its audio comes from.
    private static final Pattern FROM = Pattern.compile("established, receiving from [^ ]+:(\\d+)");

    /// A phone, and what its user does.
    private enum Desk {
        BARESIP {
            @Override
            void use(DeskPhonesIT test) {
                test.baresipHoldsSendsDigitsAndTransfers();
            }
        },
        LINPHONE {
            @Override
            void use(DeskPhonesIT test) {
                test.linphoneHoldsSendsDigitsAndTransfers();
            }
        },
        BARESIP_OF_A_TRUNK_WITH_INFO {
            @Override
            void use(DeskPhonesIT test) {
                test.baresipIsToldDigitsByInfoAndIsTransferred();
            }
        },
        LINPHONE_WITH_INFO {
            @Override
            void use(DeskPhonesIT test) {
                test.linphoneSendsDigitsByInfo();
            }
        };

        abstract void use(DeskPhonesIT test);
    }

    private CalledPhone pbx;
    private PeerStand stand;
    private Path says;

    @BeforeClass
    public void start() throws IOException {
        pbx = new CalledPhone(InetAddress.getLoopbackAddress());
        Path folder = CallStand.workOf(DeskPhonesIT.class);
        says = tone(folder.resolve("phone.wav"), PHONE_HZ, 60);
        Path music = tone(folder.resolve("music.wav"), MUSIC_HZ, 1);
        stand = PeerStand.start(DeskPhonesIT.class, yaml -> withDesks(yaml, music));
    }

    private static Path tone(Path file, double hertz, int seconds) throws IOException {
        short[] pcm = new short[8000 * seconds];
        new Tone(8000, -14, hertz).fill(pcm, 0, pcm.length);
        WavFile.write(file, new Recording(pcm, 8000));
        return file;
    }

    private String withDesks(String yaml, Path music) {
        String media = "uri: \"" + pbx.uri() + "\", media: nat, media-addresses: [127.0.0.0/8],";
        return yaml.replace("{name: pbx,", "{name: pbx, accept-refer: true, dtmf: auto, " + media)
                .replace(
                        "trunks:\n",
                        "trunks:\n  - {name: info, addresses: [127.0.0.2/32], codecs: [PCMA],"
                                + " dtmf: info, transfer: refer, "
                                + media.substring(0, media.length() - 1)
                                + "}\n")
                .replace(
                        "routes:\n",
                        """
                        routes:
                          - {trunk: pbx, number: "55*", to: "trunk:pbx"}
                          - {trunk: info, number: "203", to: "agent:dave"}
                          - {from: web, number: "66*", to: "trunk:info"}
                        """)
                .replace(
                        "media:\n",
                        "media:\n  opus: {dtx: false}\n  hold-music: \"" + music + "\"\n");
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (stand != null) {
            stand.close();
        }
        pbx.close();
    }

    @DataProvider(parallel = true)
    public Object[][] desks() {
        Desk[] desks = Desk.values();
        Object[][] rows = new Object[desks.length][];
        for (int i = 0; i < desks.length; i++) {
            rows[i] = new Object[] {desks[i]};
        }
        return rows;
    }

    @Test(dataProvider = "desks")
    public void userOfADeskPhonePressesItsKeys(Desk desk) {
        desk.use(this);
    }

    private SoftPhone baresip(String name, String host, Optional<Path> voice) {
        return SoftPhone.baresip(
                stand.folder().resolve(name),
                new InetSocketAddress(InetAddress.ofLiteral(host), Ports.freePair()),
                name,
                "",
                voice);
    }

    private void baresipHoldsSendsDigitsAndTransfers() {
        WebPeer alice = stand.signIn("alice", AGENT_HZ);
        WebPeer nora = stand.signIn("nora", COLLEAGUE_HZ);
        try (SoftPhone phone = baresip("baresip", "127.0.0.1", Optional.of(says))) {
            call(phone, "dial", "200", alice);
            hears(alice, PHONE_HZ);

            for (int round = 0; round < 2; round++) {
                phone.tell("hold");
                awaitHold(alice, true);
                // Ours: a baresip that holds sends nothing.
                assertThat(sentWhile(phone, () -> hears(alice, MUSIC_HZ))).isLessThan(0.1);
                phone.tell("resume");
                awaitHold(alice, false);
                Runnable hears = () -> Hearing.awaitAtPeer(alice, PHONE_HZ, 1.5, LIMIT);
                assertThat(sentWhile(phone, hears)).isGreaterThan(ENOUGH_SECONDS);
            }

            press(phone, "sndcode ", alice);
            awaitToldDigits(phone, alice);

            phone.tell("transfer " + gateway("209"));
            hears(alice, COLLEAGUE_HZ);
            hears(nora, AGENT_HZ);
            awaitShown(phone, "Call transfered");
            endCall(alice);

            call(phone, "dial", "200", alice);
            hears(alice, PHONE_HZ);
            phone.tell("transfer " + gateway("5511"));
            takesOver("5511", alice);
            endCall(alice);
        }
    }

    private void linphoneHoldsSendsDigitsAndTransfers() {
        WebPeer bob = stand.signIn("bob", AGENT_HZ);
        WebPeer carol = stand.signIn("carol", COLLEAGUE_HZ);
        try (SoftPhone phone =
                SoftPhone.linphone(
                        stand.folder().resolve("linphone"), Ports.freePair(), "", says)) {
            call(phone, "call", "201", bob);
            hearEachOther(bob, phone);

            for (int round = 0; round < 2; round++) {
                phone.tell("pause");
                awaitHold(bob, true);
                awaitShown(phone, "paused");
                int atHold = recorded(phone).samples().length;
                hears(bob, PHONE_HZ); // its music is what it plays anyway
                assertThat(Hearing.seconds(since(phone, atHold), AGENT_HZ)).isLessThan(0.2);
                phone.tell("resume 1");
                awaitHold(bob, false);
                hearEachOther(bob, phone);
            }

            press(phone, "", bob);
            awaitToldDigits(phone, bob);

            // Its user talks to another line of the trunk before she leads the agent there.
            phone.tell("pause");
            awaitHold(bob, true);
            phone.tell("call sip:5512@127.0.0.1:" + pbx.port());
            CalledCall consulted = pbx.awaitCall("5512", LIMIT);
            consulted.answer(LIMIT);
            awaitShown(phone, "Call 2 with");
            phone.tell("transfer 1 --to-call 2");
            CalledCall joined = takesOver("5512", bob);
            assertThat(joined.invite().header("Replaces"))
                    .startsWith(consulted.invite().header("Call-ID"));
            endCall(bob);
            consulted.hangUp(LIMIT);

            call(phone, "call", "201", bob);
            hearEachOther(bob, phone);
            phone.tell("transfer " + gateway("202"));
            hears(bob, COLLEAGUE_HZ);
            hears(carol, AGENT_HZ);
            endCall(bob);
        }
    }

    private void baresipIsToldDigitsByInfoAndIsTransferred() {
        WebPeer dave = stand.signIn("dave", AGENT_HZ);
        try (SoftPhone phone = baresip("baresip-info", "127.0.0.2", Optional.empty())) {
            call(phone, "dial", "203", dave);
            hears(dave, AGENT_HZ);
            awaitToldDigits(phone, dave);

            dave.lead("transfer", idOf(dave), "6613");
            CalledCall number = pbx.awaitCall("6613", LIMIT);
            assertThat(number.invite().header("From"))
                    .as("baresip itself")
                    .contains("baresip-info");
            number.answer(LIMIT);
            dave.awaitTransfer("done", LIMIT);
            dave.await("ended", LIMIT, _ -> true);
        }
    }

    private void linphoneSendsDigitsByInfo() {
        WebPeer erin = stand.signIn("erin", AGENT_HZ);
        try (SoftPhone phone =
                SoftPhone.linphone(
                        stand.folder().resolve("linphone-info"),
                        Ports.freePair(),
                        "use_info=1\nuse_rfc2833=0",
                        says)) {
            call(phone, "call", "204", erin);
            hearEachOther(erin, phone);
            press(phone, "", erin);
            endCall(erin);
        }
        Await.until(
                "the ways of the digits in the log",
                LIMIT,
                () -> stand.log().contains("digits=[leg 0 {INFO=" + KEYS.length() + "}"));
    }

    private String gateway(String number) {
        return "sip:" + number + "@127.0.0.1:" + stand.config().sipPort();
    }

    /// Seconds of the agent's voice that left the gateway for the phone meanwhile. This baresip
    /// plays nothing any more after it held, and so it is the wire that tells.
    private double sentWhile(SoftPhone phone, Runnable action) {
        String from =
                FROM.matcher(phone.shown())
                        .results()
                        .reduce((_, last) -> last)
                        .orElseThrow()
                        .group(1);
        Path file = stand.folder().resolve("to-baresip.pcap");
        try (Capture capture = Capture.start(file, "udp src port " + from)) {
            action.run();
            List<Datagram> wire = capture.stop();
            return wire.isEmpty()
                    ? 0
                    : Hearing.seconds(RtpFlow.of(wire, 8000, _ -> true).audio(), AGENT_HZ);
        }
    }

    private void call(SoftPhone phone, String command, String number, WebPeer agent) {
        phone.tell(command + " " + gateway(number));
        agent.await("connected", LIMIT, _ -> true);
    }

    private static void hears(WebPeer agent, double hertz) {
        Hearing.awaitAtPeer(agent, hertz, ENOUGH_SECONDS, LIMIT);
    }

    private static void hearEachOther(WebPeer agent, SoftPhone phone) {
        int from = recorded(phone).samples().length;
        hears(agent, PHONE_HZ);
        Await.until(
                "the phone hears the agent",
                LIMIT,
                () -> Hearing.seconds(since(phone, from), AGENT_HZ) >= ENOUGH_SECONDS);
    }

    private static Pcm since(SoftPhone phone, int from) {
        Pcm all = recorded(phone);
        return all.slice(Math.min(from, all.samples().length), all.samples().length);
    }

    /// What it has heard so far; the head of the file is right only when it is whole.
    private static Pcm recorded(SoftPhone phone) {
        try {
            byte[] bytes = {};
            for (Path file : phone.recordings()) {
                bytes = Files.readAllBytes(file);
            }
            short[] samples = new short[Math.max(0, (bytes.length - WAV_HEAD_BYTES) / 2)];
            ByteBuffer wav = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < samples.length; i++) {
                samples[i] = wav.getShort(WAV_HEAD_BYTES + 2 * i);
            }
            return new Pcm(8000, samples);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitHold(WebPeer agent, boolean theirs) {
        Await.until(
                "hold " + theirs,
                LIMIT,
                () ->
                        agent.messages().stream()
                                .filter(m -> m.path("type").asText().equals("hold"))
                                .reduce((_, last) -> last)
                                .filter(m -> m.path("theirs").asBoolean() == theirs)
                                .isPresent());
    }

    private static void awaitShown(SoftPhone phone, String words) {
        Await.until("the phone shows " + words, LIMIT, () -> phone.shown().contains(words));
    }

    /// The user presses keys, which the agent's page shows.
    private static void press(SoftPhone phone, String command, WebPeer agent) {
        for (int i = 0; i < KEYS.length(); i++) {
            int shown = i + 1;
            phone.tell(command + KEYS.charAt(i));
            Await.until("key " + shown, LIMIT, () -> digits(agent).length() == shown);
        }
        assertThat(digits(agent)).isEqualTo(KEYS);
    }

    private static String digits(WebPeer agent) {
        return agent.messages().stream()
                .filter(m -> m.path("type").asText().equals("digit"))
                .map(m -> m.path("digit").asText())
                .collect(Collectors.joining());
    }

    /// The agent presses keys, which the phone shows.
    private static void awaitToldDigits(SoftPhone phone, WebPeer agent) {
        agent.media().press(KEYS, 100);
        Await.until("keys at the phone", LIMIT, () -> told(phone).length() >= KEYS.length());
        assertThat(told(phone)).isEqualTo(KEYS);
    }

    private static String told(SoftPhone phone) {
        return TOLD.matcher(phone.shown())
                .results()
                .map(DeskPhonesIT::firstGroup)
                .collect(Collectors.joining());
    }

    private static String firstGroup(MatchResult match) {
        for (int group = 1; group <= match.groupCount(); group++) {
            String text = match.group(group);
            if (text != null) {
                return text;
            }
        }
        return "";
    }

    /// A line of the trunk takes a call that the gateway makes, and hears the agent, who hears it.
    private CalledCall takesOver(String number, WebPeer agent) {
        CalledCall line = pbx.awaitCall(number, LIMIT);
        line.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
        line.answer(LIMIT);
        hears(agent, NUMBER_HZ);
        Hearing.awaitAtPhone(line.media(), AGENT_HZ, 0, LIMIT);
        return line;
    }

    private static String idOf(WebPeer agent) {
        return agent.await("incoming", LIMIT, _ -> true).path("call").asText();
    }

    private static void endCall(WebPeer agent) {
        agent.hangUp(idOf(agent));
        agent.await("ended", LIMIT, _ -> true);
        agent.await("presence", LIMIT, m -> m.path("state").asText().equals("available"));
        agent.forget();
    }
}
