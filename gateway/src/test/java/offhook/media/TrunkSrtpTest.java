package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.LegId;
import offhook.call.LegQuality.Inbound;
import offhook.codec.AudioCodec;
import offhook.config.TrunkConfig.Dtmf;
import offhook.net.FreePorts;
import offhook.net.PacketBuffer;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.rtp.RtpPacket;
import offhook.rtp.SourceGate;
import offhook.runtime.NanoClock;
import offhook.sdp.Crypto;
import offhook.sdp.CryptoLine;
import offhook.sdp.CryptoPair;
import offhook.sdp.CryptoSuite;
import offhook.sdp.Encryption;
import offhook.sdp.MediaSection;
import offhook.sdp.OpusParameters;
import offhook.sdp.SdpParser;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import offhook.srtp.SrtpMasterKey;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpReceiver;
import offhook.srtp.SrtpResult;
import offhook.srtp.SrtpSender;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// A trunk leg with SRTP, on a loop of its own, and a phone with real sockets.
public class TrunkSrtpTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final CryptoSuite SUITE = CryptoSuite.AES_CM_128_HMAC_SHA1_80;
    private static final int LIMIT_SECONDS = 60;
    private static final int SSRC = 0x5150;

    private Counters counters;
    private Heard heard;
    private MediaLoop loop;
    private PortPool pool;
    private TrunkLeg leg;
    private LegMeter meter;
    private DatagramSocket phone;
    private DatagramSocket other;
    private SessionDescription local;
    private int answers;

    @BeforeMethod
    public void begin() throws Exception {
        NanoClock clock = NanoClock.system();
        counters = new Counters();
        heard = new Heard();
        loop = new MediaLoop(0, clock, counters);
        pool = new PortPool(LOOPBACK, 32_000, 32_499, UdpEndpoint.Options.PLAIN, new Random(9));
        LoopKit kit = LoopKits.of(loop, RtpHosts.of(pool, LOOPBACK), counters);
        TrunkProfile profile =
                new TrunkProfile(
                        List.of(AudioCodec.PCMA),
                        new OpusParameters(48_000, 24_000, true, true),
                        Dtmf.RFC4733,
                        SourceGate.Mode.STRICT,
                        address -> false,
                        Encryption.Policy.REQUIRED);
        // The port above it is nobody else's either: reports come there.
        phone = new DatagramSocket(FreePorts.next(), LOOPBACK);
        phone.setSoTimeout(LIMIT_SECONDS * 1000);
        other = new DatagramSocket(0, LOOPBACK);
        other.setSoTimeout(LIMIT_SECONDS * 1000);
        meter = new LegMeter(AudioCodec.PCMA, clock.nanoTime());
        leg =
                new TrunkLeg(
                        kit,
                        profile,
                        pool.acquire(clock.nanoTime()).orElseThrow(),
                        LOOPBACK,
                        Optional.empty(),
                        new LegEvents(new LegId(new CallId("c"), 0), inbox()),
                        meter);
        leg.outlet(heard);
        loop.start();
    }

    @AfterMethod
    public void end() throws Exception {
        onLoop(() -> {
            leg.close();
            pool.close();
            return true;
        });
        loop.stop();
        phone.close();
        other.close();
    }

    @Test
    public void wrapsOfThePeerAreCounted() throws Exception {
        SrtpSender sender = new SrtpSender(key(offer(key(1))), SSRC);

        // Begins just before a wrap; the second one comes after a hold that skipped half a round.
        List<Integer> sent = new ArrayList<>();
        for (int index : new int[] {65_500, 98_300, 131_000}) {
            for (int i = 0; i < 120; i++) {
                sent.add((index + i) & 0xffff);
                sendRtp(sender, SSRC, index + i, phone);
            }
            await(sent.size());
        }

        assertThat(heard.sequences).isEqualTo(sent);
        assertThat(counters.get(Counter.SRTP_AUTH_FAILED)).isZero();
        // A new source under the same key begins anew.
        sendRtp(new SrtpSender(key(key(1)), 77), 77, 65_535, phone);
        sendRtp(sender, SSRC, 131_120, phone);
        await(sent.size() + 2);
    }

    @Test
    public void ourStreamGoesOnOverReInvitesAndWraps() throws Exception {
        offer(key(1));
        Crypto ours = ourKey();
        SrtpReceiver receiver = new SrtpReceiver(key(ours));
        List<Integer> sequences = new ArrayList<>();
        List<Integer> ssrcs = new ArrayList<>();
        for (int round = 0; round < 7; round++) {
            if (round == 2) {
                offer(key(1)); // nothing new
            } else if (round == 4) {
                offer(key(2)); // a new key of the peer, and not of ours
            }
            assertThat(ourKey().sameKey(ours)).isTrue();
            for (int burst = 0; burst < 200; burst++) {
                send(100);
                for (int i = 0; i < 100; i++) {
                    byte[] packet = new byte[400];
                    DatagramPacket datagram = new DatagramPacket(packet, packet.length);
                    phone.receive(datagram);
                    SrtpResult result = receiver.unprotectRtp(packet, 0, datagram.getLength());
                    if (result != SrtpResult.OK) {
                        throw new AssertionError("packet " + sequences.size() + ": " + result);
                    }
                    sequences.add(ByteBuffer.wrap(packet).getShort(2) & 0xffff);
                    ssrcs.add(ByteBuffer.wrap(packet).getInt(8));
                }
            }
        }

        assertThat(sequences.getFirst()).isLessThan(0x8000);
        assertThat(sequences).hasSizeGreaterThan(2 * 65_536);
        for (int i = 1; i < sequences.size(); i++) {
            assertThat(sequences.get(i)).isEqualTo((sequences.get(i - 1) + 1) & 0xffff);
        }
        assertThat(ssrcs.stream().distinct()).hasSize(1);
    }

    @Test
    public void badPacketsAreCountedAndNothingElse() throws Exception {
        SrtpSender sender = new SrtpSender(key(offer(key(1))), SSRC);
        byte[] good = sendRtp(sender, SSRC, 100, phone);
        await(1);

        SrtpSender stranger = new SrtpSender(key(key(66)), SSRC);
        SrtpSender elsewhere = new SrtpSender(key(key(66)), SSRC);
        for (int i = 0; i < 50; i++) {
            sendRtp(stranger, SSRC, 200 + i, phone); // wrong key
            sendRtp(elsewhere, SSRC, 300 + i, other); // and from elsewhere
            send(phone, good); // replayed
            send(other, good); // replayed from elsewhere
            send(phone, new byte[] {(byte) 0x80, 8, 0, 0, 1}); // cut off
            send(phone, rtp(SSRC, 400 + i)); // in the clear
            awaitNotAuthentic(3 * (i + 1)); // or the socket's buffer would drop some
        }
        sendRtp(sender, SSRC, 101, phone);
        await(2);

        assertThat(heard.sequences).containsExactly(100, 101);
        assertThat(counters.get(Counter.SRTP_AUTH_FAILED)).isEqualTo(150);
        assertThat(counters.get(Counter.SRTP_REPLAYED)).isEqualTo(100);
        assertThat(counters.get(Counter.RTP_MALFORMED)).isEqualTo(50);
        Inbound figures = onLoop(() -> meter.whole(loop.nowNanos()).inbound());
        assertThat(figures.notAuthentic()).isEqualTo(150);
        assertThat(figures.replayed()).isEqualTo(100);
        assertThat(figures.malformed()).isEqualTo(50);
        assertThat(figures.packets()).isEqualTo(2);
        // Ours still goes where the description says.
        send(1);
        phone.receive(new DatagramPacket(new byte[400], 400));
    }

    @Test
    public void sourceIsFollowedByAuthenticPacketsOnly() throws Exception {
        SrtpSender sender = new SrtpSender(key(offer(key(1))), SSRC);
        sendRtp(sender, SSRC, 1, phone);
        await(1);

        sendRtp(sender, SSRC, 2, other);
        await(2);
        send(1);

        other.receive(new DatagramPacket(new byte[400], 400));
    }

    @Test
    public void newKeyOfThePeerTakesOverFromTheOld() throws Exception {
        SrtpSender before = new SrtpSender(key(offer(key(1))), SSRC);
        sendRtp(before, SSRC, 65_530, phone);
        await(1);

        SrtpSender after = new SrtpSender(key(offer(key(2))), SSRC);
        sendRtp(before, SSRC, 65_531, phone); // was under way
        await(2);
        sendRtp(after, SSRC, 65_532, phone);
        await(3);
        sendRtp(before, SSRC, 65_533, phone); // too late
        sendRtp(after, SSRC, 65_534, phone);
        await(4);

        assertThat(heard.sequences).containsExactly(65_530, 65_531, 65_532, 65_534);
        assertThat(counters.get(Counter.SRTP_AUTH_FAILED)).isEqualTo(1);
    }

    @Test
    public void anotherSuiteGetsANewKeyOfOurs() throws Exception {
        offer(key(1));
        Crypto first = ourKey();
        send(10);

        offer(crypto(CryptoSuite.AEAD_AES_128_GCM, 3));
        assertThat(ourKey().suite()).isEqualTo(CryptoSuite.AEAD_AES_128_GCM);
        offer(key(1));

        assertThat(ourKey().suite()).isEqualTo(first.suite());
        assertThat(ourKey().sameKey(first)).isFalse();
        send(1);
    }

    @Test
    public void packetsBeforeTheKeyAreDroppedAndCounted() throws Exception {
        local = onLoop(() -> leg.describe(Optional.empty()));
        SrtpSender sender = new SrtpSender(key(key(1)), SSRC);
        for (int i = 0; i < 5; i++) {
            sendRtp(sender, SSRC, i, phone);
        }
        while (counters.get(Counter.SRTP_EARLY) < 5) {
            Thread.onSpinWait();
        }

        SessionDescription answer = describe("a=crypto:" + text(2, key(1)));
        onLoop(() -> {
            leg.accept(answer);
            return true;
        });
        sendRtp(sender, SSRC, 5, phone);
        await(1);

        assertThat(heard.sequences).containsExactly(5);
    }

    @Test
    public void reportsAreProtected() throws Exception {
        Crypto theirs = offer(key(1));
        try (DatagramSocket control = new DatagramSocket(phone.getLocalPort() + 1, LOOPBACK)) {
            control.setSoTimeout(LIMIT_SECONDS * 1000);
            SrtpSender sender = new SrtpSender(key(theirs), SSRC);
            sendRtp(sender, SSRC, 1, phone);
            await(1);
            byte[] report = new byte[400];
            DatagramPacket datagram = new DatagramPacket(report, report.length);

            control.receive(datagram);

            assertThat(
                            new SrtpReceiver(key(ourKey()))
                                    .unprotectRtcp(report, 0, datagram.getLength()))
                    .isEqualTo(SrtpResult.OK);
            // A sender report in the clear is not read, one of ours is.
            byte[] theirReport = Arrays.copyOf(HEADER_OF_REPORT, 80);
            ByteBuffer.wrap(theirReport).putInt(4, SSRC);
            send(control, Arrays.copyOf(theirReport, 28), 1);
            int length = sender.protectRtcp(theirReport, 0, 28);
            send(control, Arrays.copyOf(theirReport, length), 1);
            send(control, Arrays.copyOf(theirReport, length), 1);
            while (counters.get(Counter.SRTP_REPLAYED) < 1) {
                Thread.onSpinWait();
            }
            assertThat(counters.get(Counter.RTP_MALFORMED)).isEqualTo(1);
        }
    }

    /// What jitsi-srtp makes itself is bounded by a test of its own; nothing is added to it.
    @Test
    public void protectionAddsNoGarbage() {
        CryptoPair keys =
                new CryptoPair(
                        crypto(CryptoSuite.AEAD_AES_128_GCM, 1),
                        crypto(CryptoSuite.AEAD_AES_128_GCM, 1));
        TrunkProtection protection =
                new TrunkProtection(
                        Encryption.Policy.REQUIRED,
                        SSRC,
                        counters,
                        new LegMeter(AudioCodec.PCMA, 0));
        protection.agree(Optional.of(keys));
        SrtpSender sender = new SrtpSender(key(keys.ours()), SSRC);
        SrtpReceiver receiver = new SrtpReceiver(key(keys.theirs()));
        PacketBuffer packet = new PacketBuffer();
        byte[] clear = rtp(SSRC, 0);

        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long ours = Long.MAX_VALUE;
        long theirs = Long.MAX_VALUE;
        int sequence = 0;
        for (int round = 0; round < 12; round++) {
            long a = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                fill(packet, clear, sequence + i);
                packet.length(sender.protectRtp(packet.bytes(), packet.offset(), packet.length()));
                receiver.unprotectRtp(packet.bytes(), packet.offset(), packet.length());
            }
            long b = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2_000; i++) {
                fill(packet, clear, sequence + i);
                protection.sealRtp(packet);
                if (!protection.openRtp(packet)) {
                    throw new AssertionError("not opened");
                }
            }
            long c = threads.getCurrentThreadAllocatedBytes();
            theirs = Math.min(theirs, b - a);
            ours = Math.min(ours, c - b);
            sequence += 2_000;
        }

        assertThat(ours).isLessThanOrEqualTo(theirs);
    }

    private static final byte[] HEADER_OF_REPORT = {(byte) 0x80, (byte) 200, 0, 6};

    private static void fill(PacketBuffer packet, byte[] clear, int sequence) {
        packet.clear().append(clear, 0, clear.length);
        packet.bytes()[packet.offset() + 2] = (byte) (sequence >> 8);
        packet.bytes()[packet.offset() + 3] = (byte) sequence;
    }

    private static Crypto key(int seed) {
        return crypto(SUITE, seed);
    }

    private static Crypto crypto(CryptoSuite suite, int seed) {
        byte[] bytes = new byte[suite.keyBytes() + suite.saltBytes()];
        new Random(seed).nextBytes(bytes);
        return Crypto.of(1, suite, bytes);
    }

    private static SrtpMasterKey key(Crypto crypto) {
        return new SrtpMasterKey(
                SrtpProfile.valueOf(crypto.suite().name()), crypto.key(), crypto.salt());
    }

    /// The phone offers a key, in an INVITE or a re-INVITE.
    private Crypto offer(Crypto theirs) throws Exception {
        SessionDescription offer = describe("a=crypto:" + text(1, theirs));
        local = onLoop(() -> leg.describe(Optional.of(offer)));
        return theirs;
    }

    private static String text(int tag, Crypto crypto) {
        return tag + " " + crypto.suite() + " inline:" + crypto.keySalt();
    }

    private SessionDescription describe(String line) throws Exception {
        return SdpParser.parse(
                """
                v=0\r
                o=- 1 %d IN IP4 127.0.0.1\r
                s=-\r
                c=IN IP4 127.0.0.1\r
                t=0 0\r
                m=audio %d RTP/SAVP 8\r
                %s\r
                """
                        .formatted(++answers, phone.getLocalPort(), line));
    }

    private Crypto ourKey() {
        assertThat(SdpWriter.write(local)).contains("m=audio").contains("RTP/SAVP");
        MediaSection section = local.media().getFirst();
        assertThat(section.crypto()).hasSize(1);
        return ((CryptoLine.Usable) section.crypto().getFirst()).crypto();
    }

    private byte[] sendRtp(SrtpSender sender, int ssrc, int index, DatagramSocket from)
            throws IOException {
        byte[] packet = Arrays.copyOf(rtp(ssrc, index & 0xffff), 200);
        byte[] sealed = Arrays.copyOf(packet, sender.protectRtp(packet, 0, 172));
        send(from, sealed);
        return sealed;
    }

    private static byte[] rtp(int ssrc, int sequence) {
        byte[] packet = new byte[172];
        RtpPacket.writeHeader(packet, 0, 8, false, sequence, 160L * sequence, ssrc);
        return packet;
    }

    private void send(DatagramSocket from, byte[] packet) throws IOException {
        send(from, packet, 0);
    }

    private void send(DatagramSocket from, byte[] packet, int portsOn) throws IOException {
        int port = local.media().getFirst().port() + portsOn;
        from.send(new DatagramPacket(packet, packet.length, new InetSocketAddress(LOOPBACK, port)));
    }

    /// The leg sends audio.
    private void send(int packets) throws Exception {
        byte[] payload = new byte[160];
        onLoop(() -> {
            for (int i = 0; i < packets; i++) {
                leg.send(payload, 0, payload.length, 160, false);
            }
            return true;
        });
    }

    private void awaitNotAuthentic(int packets) {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (counters.get(Counter.SRTP_AUTH_FAILED) < packets) {
            if (System.nanoTime() - untilNanos > 0) {
                throw new AssertionError("fewer than " + packets + " packets were judged");
            }
            Thread.onSpinWait();
        }
    }

    private void await(int packets) throws Exception {
        long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_SECONDS);
        while (onLoop(heard.sequences::size) < packets) {
            if (System.nanoTime() - untilNanos > 0) {
                throw new AssertionError(
                        "heard " + heard.sequences.size() + " packets of " + packets);
            }
            Thread.onSpinWait();
        }
    }

    private <T> T onLoop(Callable<T> command) throws Exception {
        CompletableFuture<T> done = new CompletableFuture<>();
        loop.offer(() -> {
            try {
                done.complete(command.call());
            } catch (Exception | AssertionError e) {
                done.completeExceptionally(e);
            }
        });
        return done.get(LIMIT_SECONDS, TimeUnit.SECONDS);
    }

    private static CallInbox inbox() {
        return OverheardCall.silent(new CallId("c"));
    }

    /// The sequence numbers of what was handed on.
    private static final class Heard implements AudioPath {
        private final List<Integer> sequences = new ArrayList<>();

        @Override
        public void onPacket(RtpPacket packet, AudioCodec codec, long nowNanos) {
            sequences.add(packet.sequence());
        }

        @Override
        public void close() {}
    }
}
