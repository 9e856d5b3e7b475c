package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import offhook.codec.sound.Sound;
import offhook.config.PortRange;
import offhook.config.TrunkAdvertised;
import offhook.config.TrunkConfig.Dtmf;
import offhook.dtls.DtlsIdentity;
import offhook.rtp.RtpPacket;
import offhook.rtp.SourceGate;
import offhook.runtime.NanoClock;
import offhook.sdp.Encryption;
import offhook.sdp.OpusParameters;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Where trunk legs receive, what they tell and where they send, toward real sockets of both
/// address families.
public class TrunkAddressTest {

    private static final InetAddress FOUR = InetAddress.ofLiteral("127.0.0.1");
    private static final InetAddress SIX = InetAddress.ofLiteral("::1");
    private static final String SIX_TEXT = "0:0:0:0:0:0:0:1";
    private static final RtpAddress ON_FOUR = new RtpAddress(FOUR, FOUR);
    private static final RtpAddress ON_SIX = new RtpAddress(SIX, SIX);
    private static final int LIMIT_SECONDS = 30;
    private static final Optional<SessionDescription> NO_OFFER = Optional.empty();

    private final BlockingQueue<CallInput> inputs = new LinkedBlockingQueue<>();
    private final CallId call = new CallId("c");
    private MediaLoop loop;
    private RtpHosts hosts;
    private LegTable table;

    @BeforeMethod
    public void begin() {
        inputs.clear();
    }

    @AfterMethod
    public void end() throws InterruptedException {
        loop.offer(() -> {
            table.closeAll();
            hosts.close();
        });
        loop.stop();
    }

    private void serve(RtpAddress... addresses) throws IOException {
        Counters counters = new Counters();
        NanoClock clock = NanoClock.system();
        loop = new MediaLoop(0, clock, counters);
        hosts =
                RtpHosts.split(List.of(addresses), new PortRange(23_200, 23_399), 1, new Random(7))
                        .getFirst();
        LoopKit kit =
                LoopKits.of(
                        loop,
                        hosts,
                        new BrowserPort(loop, new InetSocketAddress(FOUR, 0), counters),
                        counters);
        BrowserProfile browsers =
                new BrowserProfile(
                        List.of(AudioCodec.OPUS),
                        new OpusParameters(8000, 24_000, true, true),
                        List.of(FOUR),
                        1,
                        DtlsIdentity.generate(),
                        Thread.ofVirtual().factory(),
                        new Grace(java.time.Duration.ofSeconds(60)));
        table =
                new LegTable(
                        kit,
                        Map.of(
                                "names", trunk(Optional.empty(), Optional.empty()),
                                "six", trunk(Optional.of(SIX), Optional.empty()),
                                "auto", behindNat(),
                                "told",
                                        trunk(
                                                Optional.empty(),
                                                Optional.of(InetAddress.ofLiteral("203.0.113.9")))),
                        browsers,
                        OpusSettings.NARROWBAND,
                        new PressureGovernor(5),
                        new ConcurrentHashMap<>(),
                        new Sounds(Sound.SILENCE, Sound.SILENCE),
                        new TieLines(),
                        new MediaWatchers());
        loop.start();
    }

    private static TrunkProfile behindNat() {
        return new TrunkProfile(
                List.of(AudioCodec.PCMA),
                new OpusParameters(48_000, 24_000, true, true),
                Dtmf.RFC4733,
                SourceGate.Mode.AUTO,
                FOUR::equals);
    }

    private static TrunkProfile trunk(
            Optional<InetAddress> reached, Optional<InetAddress> advertised) {
        return new TrunkProfile(
                List.of(AudioCodec.PCMA),
                new OpusParameters(48_000, 24_000, true, true),
                Dtmf.RFC4733,
                SourceGate.Mode.STRICT,
                address -> true,
                Encryption.Policy.OFF,
                reached,
                new TrunkAdvertised(Optional.empty(), advertised));
    }

    @Test
    public void callersOfBothFamiliesHearEachOther() throws Exception {
        serve(ON_FOUR, ON_SIX);
        try (DatagramSocket four = socket(FOUR);
                DatagramSocket six = socket(SIX)) {
            String toFour = described(open(0, incoming("names", SIX), offer(four)));
            String toSix = described(open(1, incoming("names", FOUR), offer(six)));
            assertThat(toFour).contains("c=IN IP4 127.0.0.1\r\n").doesNotContain("IP6");
            assertThat(toSix)
                    .containsPattern("o=\\S+ \\d+ \\d+ IN IP6 " + SIX_TEXT + "\r\n")
                    .contains("c=IN IP6 " + SIX_TEXT + "\r\n")
                    .doesNotContain("IP4");

            loop.offer(() -> table.join(new LegId(call, 0), new LegId(call, 1)));
            byte[] fromFour = talk(four, FOUR, port(toFour), (byte) 0x11, six);
            assertThat(fromFour).hasSize(160).containsOnly(0x11);
            byte[] fromSix = talk(six, SIX, port(toSix), (byte) 0x22, four);
            assertThat(fromSix).hasSize(160).containsOnly(0x22);
        }
    }

    @Test
    public void ourOwnOfferIsOfTheFamilyOfTheSignalling() throws Exception {
        serve(ON_FOUR, ON_SIX);

        assertThat(described(open(0, incoming("names", SIX), NO_OFFER))).contains("c=IN IP6 ");
        assertThat(described(open(1, incoming("six", FOUR), NO_OFFER))).contains("c=IN IP4 ");
        assertThat(described(open(2, new MediaProfile.Trunk("six"), NO_OFFER)))
                .contains("c=IN IP6 ");
        assertThat(described(open(3, new MediaProfile.Trunk("names"), NO_OFFER)))
                .contains("c=IN IP4 ");
    }

    @Test
    public void familyThatIsNotServedIsRefused() throws Exception {
        serve(ON_FOUR);
        try (DatagramSocket six = socket(SIX)) {
            open(0, incoming("names", FOUR), offer(six));

            CallInput.MediaRefused refused = next(CallInput.MediaRefused.class);
            assertThat(refused.cause().sipCode()).isEqualTo(488);
            assertThat(refused.cause().detail())
                    .isEqualTo("audio over IPv6 needs an IPv6 address in sip.listen");
        }
    }

    @Test
    public void callStaysInItsFamily() throws Exception {
        serve(ON_FOUR, ON_SIX);
        try (DatagramSocket four = socket(FOUR);
                DatagramSocket six = socket(SIX)) {
            LegId leg = open(0, incoming("names", FOUR), offer(four));
            described(leg);
            Optional<SessionDescription> other = offer(six);
            loop.offer(() -> table.update(leg, other));

            assertThat(next(CallInput.MediaRefused.class).cause().sipCode()).isEqualTo(488);
        }
    }

    @Test
    public void trunkIsToldItsOwnAddressInCallsOfItsFamily() throws Exception {
        serve(ON_FOUR, ON_SIX);

        assertThat(described(open(0, incoming("told", FOUR), NO_OFFER)))
                .containsPattern("o=\\S+ \\d+ \\d+ IN IP4 203.0.113.9\r\n")
                .contains("c=IN IP4 203.0.113.9\r\n");
        assertThat(described(open(1, incoming("told", SIX), NO_OFFER)))
                .contains("c=IN IP6 " + SIX_TEXT + "\r\n");
    }

    /// The phone knows its private address only; its NAT, here the loopback, has another.
    @Test
    public void phoneBehindANatIsHeardAndHears() throws Exception {
        serve(ON_FOUR);
        try (DatagramSocket phone = socket(FOUR);
                DatagramSocket other = socket(FOUR)) {
            String toPhone = described(open(0, incoming("auto", FOUR), offer("10.1.2.3", phone)));
            String toOther = described(open(1, incoming("auto", FOUR), offer(other)));
            loop.offer(() -> table.join(new LegId(call, 0), new LegId(call, 1)));

            int sent = talkUntilHeard(phone, port(toPhone), other);
            assertThat(sent).isGreaterThanOrEqualTo(4);
            assertThat(talk(other, FOUR, port(toOther), (byte) 0x22, phone)).containsOnly(0x22);
        }
    }

    @Test
    public void phoneThatNamesAnotherPublicAddressIsNotLearned() throws Exception {
        serve(ON_FOUR);
        try (DatagramSocket phone = socket(FOUR);
                DatagramSocket other = socket(FOUR)) {
            String toPhone = described(open(0, incoming("auto", FOUR), offer("192.0.2.77", phone)));
            described(open(1, incoming("auto", FOUR), offer(other)));
            loop.offer(() -> table.join(new LegId(call, 0), new LegId(call, 1)));

            other.setSoTimeout(20);
            for (int sequence = 0; sequence < 25; sequence++) {
                send(phone, FOUR, port(toPhone), sequence, (byte) 0x33);
                assertThat(hears(other, (byte) 0x33)).isFalse();
            }
        }
    }

    private static MediaProfile incoming(String trunk, InetAddress peer) {
        return new MediaProfile.Trunk(trunk, false, Optional.of(peer));
    }

    private LegId open(int index, MediaProfile profile, Optional<SessionDescription> offer) {
        LegId leg = new LegId(call, index);
        loop.offer(() -> table.open(leg, profile, offer, inbox()));
        return leg;
    }

    private String described(LegId leg) throws InterruptedException {
        CallInput.MediaDescribed described = next(CallInput.MediaDescribed.class);
        assertThat(described.leg()).isEqualTo(leg);
        return SdpWriter.write(described.local());
    }

    private <T extends CallInput> T next(Class<T> kind) throws InterruptedException {
        while (true) {
            CallInput input = inputs.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
            assertThat(input).isNotNull();
            if (kind.isInstance(input)) {
                return kind.cast(input);
            }
        }
    }

    private CallInbox inbox() {
        return new OverheardCall(call, input -> inputs.add(input));
    }

    private static DatagramSocket socket(InetAddress own) throws IOException {
        DatagramSocket socket = new DatagramSocket(0, own);
        socket.setSoTimeout(LIMIT_SECONDS * 1000);
        return socket;
    }

    private static int port(String sdp) {
        return Integer.parseInt(sdp.replaceAll("(?s).*m=audio (\\d+) .*", "$1"));
    }

    private static Optional<SessionDescription> offer(DatagramSocket peer) throws SdpException {
        return offer(peer.getLocalAddress().getHostAddress(), peer);
    }

    /// What a phone offers that believes to be at `host`.
    private static Optional<SessionDescription> offer(String host, DatagramSocket peer)
            throws SdpException {
        String address = (host.indexOf(':') >= 0 ? "IN IP6 " : "IN IP4 ") + host;
        return Optional.of(
                SdpParser.parse(
                        "v=0\r\no=- 1 1 %s\r\ns=-\r\nc=%s\r\nt=0 0\r\nm=audio %d RTP/AVP 8\r\n"
                                .formatted(address, address, peer.getLocalPort())));
    }

    /// Sends packets of one sample's value until the other side hears it.
    private static byte[] talk(
            DatagramSocket from, InetAddress gateway, int port, byte value, DatagramSocket to)
            throws IOException {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        for (int sequence = 0; System.nanoTime() - untilNanos < 0; sequence++) {
            send(from, gateway, port, sequence, value);
            DatagramPacket heard = new DatagramPacket(new byte[2000], 2000);
            to.receive(heard);
            if (isSound(heard, value)) {
                return Arrays.copyOfRange(heard.getData(), 12, heard.getLength());
            }
        }
        throw new AssertionError("nothing heard within " + LIMIT_SECONDS + " s");
    }

    /// The same in the cadence of a phone, which is what is learned.
    ///
    /// @return how many packets it took
    private static int talkUntilHeard(DatagramSocket from, int port, DatagramSocket to)
            throws IOException {
        to.setSoTimeout(20);
        for (int sequence = 0; sequence < 250; sequence++) {
            send(from, FOUR, port, sequence, (byte) 0x11);
            if (hears(to, (byte) 0x11)) {
                to.setSoTimeout(LIMIT_SECONDS * 1000);
                return sequence + 1;
            }
        }
        throw new AssertionError("never learned");
    }

    /// Listens for one packet's time.
    private static boolean hears(DatagramSocket socket, byte value) throws IOException {
        long untilNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(20);
        boolean heard = false;
        while (System.nanoTime() - untilNanos < 0) {
            DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
            try {
                socket.receive(packet);
                heard |= isSound(packet, value);
            } catch (SocketTimeoutException _) {
                return heard;
            }
        }
        return heard;
    }

    private static boolean isSound(DatagramPacket packet, byte value) {
        return (packet.getData()[1] & 0x7f) == 8 && packet.getData()[12] == value;
    }

    private static void send(
            DatagramSocket from, InetAddress gateway, int port, int sequence, byte value)
            throws IOException {
        byte[] rtp = new byte[172];
        Arrays.fill(rtp, 12, rtp.length, value);
        RtpPacket.writeHeader(rtp, 0, 8, false, sequence & 0xffff, 160L * sequence, value);
        from.send(new DatagramPacket(rtp, rtp.length, gateway, port));
    }
}
