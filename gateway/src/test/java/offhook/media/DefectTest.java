package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
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
import offhook.config.TrunkConfig;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.rtp.SourceGate;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.sdp.OpusParameters;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Two calls on one loop: a codec or a hook that throws ends its own call, with a cause, and the
/// other goes on.
public class DefectTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final int RECEIVE_MILLIS = Await.PATIENCE_MILLIS;

    /// libopus has no such complexity: its encoder throws when it is made.
    private static final int NO_COMPLEXITY = 11;

    private MediaLoop loop;
    private PortPool pool;
    private LoopKit kit;
    private LegTable table;

    @BeforeMethod
    public void begin() throws IOException {
        Counters counters = new Counters();
        NanoClock clock = NanoClock.system();
        loop = new MediaLoop(0, clock, counters);
        pool = new PortPool(LOOPBACK, 23_000, 23_199, UdpEndpoint.Options.PLAIN, new Random(7));
        kit =
                LoopKits.of(
                        loop,
                        RtpHosts.of(pool, LOOPBACK),
                        new BrowserPort(
                                loop, new java.net.InetSocketAddress(LOOPBACK, 0), counters),
                        counters);
        TrunkProfile trunk =
                new TrunkProfile(
                        List.of(AudioCodec.OPUS, AudioCodec.PCMA, AudioCodec.PCMU),
                        new OpusParameters(48_000, 24_000, true, true),
                        TrunkConfig.Dtmf.RFC4733,
                        SourceGate.Mode.STRICT,
                        address -> true);
        BrowserProfile browsers =
                new BrowserProfile(
                        List.of(AudioCodec.OPUS),
                        new OpusParameters(8000, 24_000, true, true),
                        List.of(LOOPBACK),
                        1,
                        offhook.dtls.DtlsIdentity.generate(),
                        Thread.ofVirtual().factory(),
                        new Grace(java.time.Duration.ofSeconds(60)));
        table =
                new LegTable(
                        kit,
                        Map.of("pbx", trunk),
                        browsers,
                        OpusSettings.NARROWBAND,
                        new PressureGovernor(NO_COMPLEXITY),
                        new ConcurrentHashMap<>(),
                        new Sounds(Sound.SILENCE, Sound.SILENCE),
                        new TieLines(),
                        new MediaWatchers());
        loop.start();
    }

    @AfterMethod
    public void end() throws InterruptedException {
        loop.offer(() -> {
            table.closeAll();
            pool.close();
        });
        loop.stop();
    }

    @Test
    public void aCodecThatThrowsEndsItsCallAndNoOther() throws Exception {
        try (DatagramSocket opus = socket();
                DatagramSocket opusPeer = socket();
                DatagramSocket plain = socket();
                DatagramSocket plainPeer = socket()) {
            Call good = new Call();
            good.open(0, plain, "8");
            good.open(1, plainPeer, "0");
            good.join();
            assertThat(receive(plain)).isEqualTo(8);
            Call bad = new Call();
            bad.open(0, opus, "107");
            bad.open(1, opusPeer, "8");

            // The silence that the one gets has to be coded for the other.
            bad.join();
            CallInput.MediaFailed failed = bad.failure(Map.of(0, opus, 1, opusPeer));

            assertThat(failed.cause().reason()).isEqualTo("internal-error");
            assertThat(failed.cause().sipCode()).isEqualTo(500);
            for (int i = 0; i < 25; i++) {
                assertThat(receive(plain)).isEqualTo(8);
                assertThat(receive(plainPeer)).isZero();
            }
            assertThat(good.inputs).noneMatch(CallInput.MediaFailed.class::isInstance);
        }
    }

    @Test
    public void aHookThatThrowsEndsItsPathAndNoOther() throws Exception {
        RecordingLeg source = new RecordingLeg(AudioCodec.PCMU, false);
        FailingLeg bad = new FailingLeg();
        CountDownLatch goodFrames = new CountDownLatch(50);
        RecordingLeg good = new RecordingLeg(AudioCodec.PCMA, true);
        good.onSent = goodFrames::countDown;
        long nowNanos = NanoClock.system().nanoTime();
        ClockedPath failing =
                new ClockedPath(source, bad.leg, new Transcoder(OpusSettings.NARROWBAND), nowNanos);
        ClockedPath working =
                new ClockedPath(source, good, new Transcoder(OpusSettings.NARROWBAND), nowNanos);

        loop.offer(() -> {
            loop.schedule(failing);
            loop.schedule(working);
        });

        assertThat(goodFrames.await(RECEIVE_MILLIS, TimeUnit.MILLISECONDS)).isTrue();
        assertThat(bad.defects.poll(RECEIVE_MILLIS, TimeUnit.MILLISECONDS))
                .hasMessage("a hook that throws");
        assertThat(bad.defects).isEmpty();
        assertThat(bad.leg.sent).isEmpty();
    }

    private static DatagramSocket socket() throws IOException {
        DatagramSocket socket = new DatagramSocket(0, LOOPBACK);
        socket.setSoTimeout(RECEIVE_MILLIS);
        return socket;
    }

    /// The payload type of the next packet.
    private static int receive(DatagramSocket socket) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[2000], 2000);
        socket.receive(packet);
        return packet.getData()[1] & 0x7f;
    }

    /// A leg whose hook throws.
    private static final class FailingLeg {
        private final BlockingQueue<RuntimeException> defects = new LinkedBlockingQueue<>();
        private final RecordingLeg leg = new RecordingLeg(AudioCodec.PCMA, true);

        FailingLeg() {
            leg.onDefect = defects::add;
            leg.outgoing =
                    new AudioHook() {
                        @Override
                        public boolean wants(AudioCodec codec) {
                            return true;
                        }

                        @Override
                        public void onAudio(short[] pcm, int offset, int samples, int rateHz) {
                            throw new IllegalStateException("a hook that throws");
                        }
                    };
        }
    }

    /// A call of two trunk legs.
    private final class Call implements CallInbox {
        private final CallId id = CallId.next();
        private final BlockingQueue<CallInput> inputs = new LinkedBlockingQueue<>();

        void open(int index, DatagramSocket peer, String payloadType) throws SdpException {
            SessionDescription offer =
                    SdpParser.parse(
                            """
                            v=0\r
                            o=- 1 1 IN IP4 127.0.0.1\r
                            s=-\r
                            c=IN IP4 127.0.0.1\r
                            t=0 0\r
                            m=audio %d RTP/AVP %s\r
                            %s\
                            """
                                    .formatted(
                                            peer.getLocalPort(),
                                            payloadType,
                                            payloadType.equals("107")
                                                    ? "a=rtpmap:107 opus/48000/2\r\n"
                                                    : ""),
                            SdpLimits.BROWSER);
            loop.offer(() ->
                    table.open(
                            new LegId(id, index),
                            new MediaProfile.Trunk("pbx"),
                            Optional.of(offer),
                            this));
        }

        void join() {
            loop.offer(() -> table.join(new LegId(id, 0), new LegId(id, 1)));
        }

        /// Sends G.711 to the leg that has it until the call is told that its media failed.
        CallInput.MediaFailed failure(Map<Integer, DatagramSocket> sockets) throws Exception {
            long untilNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            int port = 0;
            byte[] rtp = new byte[172];
            for (int sequence = 0; System.nanoTime() - untilNanos < 0; sequence++) {
                CallInput input = inputs.poll(20, TimeUnit.MILLISECONDS);
                if (input instanceof CallInput.MediaFailed failed) {
                    return failed;
                }
                if (input instanceof CallInput.MediaDescribed described
                        && described.leg().index() == 1) {
                    port = described.local().media().getFirst().port();
                }
                if (port != 0) {
                    offhook.rtp.RtpPacket.writeHeader(
                            rtp, 0, 8, false, sequence & 0xffff, 160L * sequence, 9);
                    sockets.get(1).send(new DatagramPacket(rtp, rtp.length, LOOPBACK, port));
                }
            }
            throw new AssertionError("no failure within 30 s");
        }

        @Override
        public CallId callId() {
            return id;
        }

        @Override
        public boolean offer(CallInput input) {
            return inputs.add(input);
        }
    }
}
