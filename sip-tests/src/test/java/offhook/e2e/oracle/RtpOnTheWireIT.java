package offhook.e2e.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;
import offhook.e2e.browser.Agent;
import offhook.e2e.call.CallStand;
import offhook.e2e.call.Hearing;
import offhook.e2e.call.Voices;
import offhook.e2e.capture.Capture;
import offhook.e2e.capture.Datagram;
import offhook.e2e.capture.RtpFlow;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PacketPlan;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Clocks, pauses and bursts of media, judged on the wire.
@Test(groups = {"e2e", "media"})
public class RtpOnTheWireIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final int PACKETS_PER_SECOND = 50;
    private static final int OPUS_STEP = 960;

    /// The agent's pitch tells the time: a step up each half second, for twelve seconds.
    private static final int STEPS = 24;

    private static final double STEP_SECONDS = 0.5;
    private static final double LOWEST_HZ = 600;
    private static final double STEP_HZ = 100;

    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        stand =
                CallStand.start(
                        RtpOnTheWireIT.class,
                        UnaryOperator.identity(),
                        Voices.of(
                                "stairs",
                                (int) (STEPS * STEP_SECONDS),
                                t -> pitch((int) (t / STEP_SECONDS)),
                                CallStand.workOf(RtpOnTheWireIT.class)));
        alice = stand.alice();
    }

    /// A gap on the wire by which the machine stood still, in packets.
    private static final double STANDSTILL_PACKETS = 5;

    private static double pitch(int step) {
        return LOWEST_HZ + STEP_HZ * step;
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @BeforeMethod
    public void aliceIsFree() {
        stand.freshen();
    }

    private Capture capture(String name) throws Exception {
        Path folder = Files.createDirectories(stand.folder(name));
        return Capture.start(
                folder.resolve("call.pcap"),
                "udp port " + stand.config().mediaPort() + " or udp portrange 10000-31999");
    }

    private RtpFlow toBrowser(List<Datagram> wire) {
        return RtpFlow.of(wire, 48_000, d -> d.sourcePort() == stand.config().mediaPort());
    }

    private static RtpFlow toPhone(List<Datagram> wire, PhoneCall call) {
        int port = call.media().local().getPort();
        return RtpFlow.of(wire, 8000, d -> d.destinationPort() == port);
    }

    /// Waits for so many more packets at the phone: time as the gateway's own clock counts it.
    private void packetsPass(PhoneCall call, int packets) {
        int from = call.media().heard().size();
        Await.until(
                packets + " packets at the phone",
                LIMIT.plusSeconds(packets / PACKETS_PER_SECOND),
                () -> {
                    alice.pause(Duration.ofMillis(50));
                    return call.media().heard().size() >= from + packets;
                });
    }

    /// RFC 7587 §4.1: the clock of Opus is 48 kHz whatever is inside; RFC 3551 §4.1: the marker is
    /// for the first packet of a talkspurt.
    @Test
    public void opusTimestampsStepBy960AndOnlyTalkspurtsAreMarked() throws Exception {
        try (Phone phone = stand.phone();
                Capture capture = capture("clock")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMA));
            call.media()
                    .say(
                            CallStand.callerTone()
                                    .then(3, Sound.silence().then(3, CallStand.callerTone())));
            alice.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            packetsPass(call, 9 * PACKETS_PER_SECOND);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

            List<Heard> packets = toBrowser(capture.stop()).packets();

            assertThat(packets).hasSizeGreaterThan(5 * PACKETS_PER_SECOND);
            assertThat(packets.getFirst().marker()).isTrue();
            int pauses = 0;
            for (int i = 1; i < packets.size(); i++) {
                Heard before = packets.get(i - 1);
                Heard packet = packets.get(i);
                int step = (int) (packet.timestamp() - before.timestamp());
                assertThat(packet.ssrc()).isEqualTo(before.ssrc());
                assertThat(packet.sequence()).isEqualTo((before.sequence() + 1) & 0xFFFF);
                assertThat(step).as("packet %d", i).isPositive();
                assertThat(step % OPUS_STEP).as("packet %d: step %d", i, step).isZero();
                assertThat(packet.marker())
                        .as("packet %d: step %d", i, step)
                        .isEqualTo(step > OPUS_STEP);
                pauses += step > OPUS_STEP ? 1 : 0;
            }
            // The caller was silent once, so DTX paused; the tones were never interrupted.
            assertThat(pauses).isBetween(1, 12);
        }
    }

    /// A muted browser sends next to nothing; a phone system would take a stream that stops for a
    /// dead call.
    @Test
    public void trunkGetsItsPacketsWhileTheBrowserIsMuted() throws Exception {
        try (Phone phone = stand.phone();
                Capture capture = capture("mute")) {
            PhoneCall call = stand.answered(phone, CallOffer.of(G711.PCMA));
            packetsPass(call, 3 * PACKETS_PER_SECOND);
            alice.mute();
            awaitQuiet(call);
            int quietFrom = call.media().heard().size();
            packetsPass(call, 15 * PACKETS_PER_SECOND);
            int quietTo = call.media().heard().size();
            alice.mute();
            Await.until(
                    "the agent is heard again",
                    LIMIT,
                    () -> stepHeard(call, quietTo, call.media().heard().size()) >= 0);
            int end = call.media().heard().size();
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            List<Datagram> wire = capture.stop();

            RtpFlow.Continuity trunk = toPhone(wire, call).continuity();
            assertThat(trunk.lost()).isZero();
            assertThat(trunk.late()).isZero();
            assertOneTimeLine(toPhone(wire, call), 160);
            assertThat(trunk.sources()).isOne();
            List<Heard> packets = toPhone(wire, call).packets();
            double seconds = (packets.getLast().atNanos() - packets.getFirst().atNanos()) / 1e9;
            // The pace of a browser's DTX would be one packet each 400 ms for fifteen seconds. What
            // the machine stood still is in the other stream, too.
            double pace = (packets.size() - 1) / seconds;
            assertThat(pace).isLessThan(51.0);
            assertThat(pace).isGreaterThan(Math.min(45.0, 0.9 * pace(toBrowser(wire))));
            // The browser did pause, or nothing was proved.
            long fromBrowser =
                    RtpFlow.of(wire, 48_000, d -> d.destinationPort() == stand.config().mediaPort())
                            .packets()
                            .size();
            assertThat(fromBrowser).isLessThan(packets.size() - 8L * PACKETS_PER_SECOND);
            // Nothing old is played into the pause, nor after it.
            Pcm pause = pcm(call, quietFrom, quietTo);
            assertThat(Level.rmsDbov(pause.samples(), 0, pause.samples().length)).isLessThan(-60);
            assertStairsGoOn(call, quietFrom, quietTo, end);
        }
    }

    private static double pace(RtpFlow flow) {
        List<Heard> packets = flow.packets();
        double nanos = packets.getLast().atNanos() - packets.getFirst().atNanos();
        return (packets.size() - 1) / nanos * 1e9;
    }

    /// Timestamps step by a packet's time: a loop that was late leaves time out, no more than
    /// passed on the wire, and says so by the timestamp. Unless the machine stood still it does so
    /// seldom.
    private static void assertOneTimeLine(RtpFlow flow, int frame) {
        List<Heard> packets = flow.packets();
        int left = 0;
        for (int i = 1; i < packets.size(); i++) {
            int step = (int) (packets.get(i).timestamp() - packets.get(i - 1).timestamp());
            assertThat(step).as("packet %d", i).isPositive();
            assertThat(step % frame).as("packet %d: step %d", i, step).isZero();
            double passed = (packets.get(i).atNanos() - packets.get(i - 1).atNanos()) / 20e6;
            assertThat(step)
                    .as("packet %d: less than 200 ms left out in %.1f packets' time", i, passed)
                    .isLessThan((int) ((10 + passed) * frame));
            left += step > frame && passed < STANDSTILL_PACKETS ? 1 : 0;
        }
        assertThat(left).as("times left out").isLessThanOrEqualTo(packets.size() / 100);
    }

    private void assertStairsGoOn(PhoneCall call, int quietFrom, int quietTo, int end) {
        int before = lastStep(call, quietFrom);
        int after = firstStep(call, quietTo, end);
        double passed =
                (positionOf(call, quietTo, end) - lastPosition(call, quietFrom))
                        / (double) PACKETS_PER_SECOND;
        int expected = (int) Math.round(before + passed / STEP_SECONDS) % STEPS;
        int difference = Math.floorMod(after - expected + STEPS / 2, STEPS) - STEPS / 2;
        assertThat(Math.abs(difference))
                .as(
                        "step %d, then %.1f s later step %d; %d was due",
                        before, passed, after, expected)
                .isLessThanOrEqualTo(2);
    }

    private int lastPosition(PhoneCall call, int quietFrom) {
        for (int at = quietFrom - 5; at >= 0; at--) {
            if (stepHeard(call, at, at + 5) >= 0) {
                return at;
            }
        }
        throw new AssertionError("the agent was not heard before the pause");
    }

    private int lastStep(PhoneCall call, int quietFrom) {
        int at = lastPosition(call, quietFrom);
        return stepHeard(call, at, at + 5);
    }

    private int positionOf(PhoneCall call, int from, int end) {
        for (int at = from; at + 5 <= end; at++) {
            if (stepHeard(call, at, at + 5) >= 0) {
                return at;
            }
        }
        throw new AssertionError("the agent was not heard after the pause");
    }

    private int firstStep(PhoneCall call, int from, int end) {
        int at = positionOf(call, from, end);
        return stepHeard(call, at, at + 5);
    }

    private static Pcm pcm(PhoneCall call, int from, int to) {
        Pcm since = Hearing.audioSince(call, from);
        return since.slice(0, Math.min(since.samples().length, (to - from) * 160));
    }

    /// Which step sounds in these packets, clearly and alone in a tenth of a second; -1 if none.
    private static int stepHeard(PhoneCall call, int from, int to) {
        Pcm pcm = pcm(call, from, to);
        var detector = new ToneDetector(8000);
        for (int at = 0; at + 800 <= pcm.samples().length; at += 160) {
            double rms = Level.rmsDbov(pcm.samples(), at, 800);
            for (int step = 0; step < STEPS && rms > -35; step++) {
                if (detector.levelDbov(pcm.samples(), at, 800, pitch(step)) > rms - 1.5) {
                    return step;
                }
            }
        }
        return -1;
    }

    private void awaitQuiet(PhoneCall call) {
        Await.until(
                "the mute reaches the phone",
                LIMIT,
                () -> {
                    alice.pause(Duration.ofMillis(100));
                    Pcm last = Hearing.audioSince(call, call.media().heard().size() - 25);
                    return last.samples().length > 3000
                            && Level.rmsDbov(last.samples(), 0, last.samples().length) < -60;
                });
    }

    /// Wi-Fi phones and mixers send five packets at once each 100 ms.
    @Test
    public void burstsOfThePhoneReachTheAgentWhole() throws Exception {
        try (Phone phone = stand.phone();
                Capture capture = capture("bursts")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMU));
            call.media().follow(PacketPlan.bursts(5));
            call.media().say(CallStand.callerTone());
            alice.awaitIncoming(LIMIT).answer();
            call.awaitAnswer(LIMIT);
            // The browser's own jitter buffer learns for a while.
            packetsPass(call, 4 * PACKETS_PER_SECOND);
            awaitHeardWhole(call);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

            RtpFlow toBrowser = toBrowser(capture.stop());
            assertThat(toBrowser.continuity().lost()).isZero();
            assertThat(toBrowser.continuity().late()).isZero();
            assertOneTimeLine(toBrowser, 960);
        }
    }

    /// Waits for four seconds in which the browser had time for all that came.
    private void awaitHeardWhole(PhoneCall call) {
        Await.until(
                "the agent hears four seconds without gaps",
                LIMIT,
                () -> {
                    alice.observed().reset();
                    packetsPass(call, 4 * PACKETS_PER_SECOND);
                    Pcm heard = alice.observed().recording();
                    return heard.seconds() > 2
                            && Hearing.seconds(heard, Voices.CALLER_HZ)
                                    > 0.9 * heard.seconds() - 0.2;
                });
    }

    /// What else arrives at the sockets of a call takes nothing from its media.
    @Test
    public void otherProtocolsAtTheSocketsOfACallChangeNothing() throws Exception {
        try (Phone phone = stand.phone();
                Capture capture = capture("shared")) {
            PhoneCall call = stand.answered(phone, CallOffer.of(G711.PCMA));
            alice.observed().reset();
            int from = call.media().heard().size();
            byte[][] others = {STUN, DTLS, RTCP, "\r\n\r\n".getBytes(StandardCharsets.UTF_8)};
            for (int round = 0; round < 100; round++) {
                // Uneven: four, three, two, one of a kind.
                for (int kind = 0; kind < others.length; kind++) {
                    for (int copy = kind; copy < others.length; copy++) {
                        call.media().sendRaw(others[kind]);
                    }
                }
                alice.pause(Duration.ofMillis(10));
            }
            packetsPass(call, PACKETS_PER_SECOND);

            Hearing.awaitAtAgent(alice, Voices.CALLER_HZ, LIMIT);
            assertThat(stepHeard(call, from, call.media().heard().size())).isNotNegative();
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            List<Datagram> wire = capture.stop();
            assertOneTimeLine(toBrowser(wire), 960);
            assertThat(toBrowser(wire).continuity().lost()).isZero();
            assertOneTimeLine(toPhone(wire, call), 160);
            assertThat(toPhone(wire, call).continuity().lost()).isZero();
            // No answer to any of it: neither STUN nor DTLS is served on a trunk's port.
            int port = call.media().local().getPort();
            assertThat(wire).filteredOn(d -> d.destinationPort() == port).allMatch(Datagram::isRtp);
        }
    }

    /// A binding request without integrity (RFC 8489 §5).
    private static final byte[] STUN = {
        0, 1, 0, 0, 0x21, 0x12, (byte) 0xA4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12
    };

    /// The head of a handshake record (RFC 6347 §4.1).
    private static final byte[] DTLS = {
        22, (byte) 0xFE, (byte) 0xFD, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 1, 0, 0, 0
    };

    /// A receiver report without blocks (RFC 3550 §6.4.2).
    private static final byte[] RTCP = {(byte) 0x80, (byte) 201, 0, 1, 1, 2, 3, 4};
}
