package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import offhook.e2e.call.Hearing;
import offhook.e2e.oracle.StrayStream;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.LoopPhone;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A peer that was never told that its call is over goes on sending, while two hundred short calls
/// use every other port of a small range again: nobody hears it.
@Test(groups = {"e2e", "media"})
public class PortReuseIT {
    /// Of RTP and RTCP; one stays with the call that is over.
    private static final int PAIRS = 40;

    private static final int ROUNDS = 2;
    private static final int RUNG_A_ROUND = 61;
    private static final int CALLER_HZ = 440;
    private static final int AGENT_HZ = 1030;
    private static final double STRAY_HZ = 2450;

    /// A port rests for 30 s, and is looked after once a second.
    private static final Duration REST = Duration.ofSeconds(32);

    /// A page may send eight messages a second, and some more at first.
    private static final Duration PACE = Duration.ofMillis(90);

    private static final FrameLoop AGENT = FrameLoop.opus(FrameLoop.tone(AGENT_HZ), false);
    private static final FrameLoop CALLER = FrameLoop.g711(FrameLoop.tone(CALLER_HZ), G711.PCMA);

    private final List<WebPeer> agents = new ArrayList<>();
    private Exchange exchange;

    /// An answered call, and its phone.
    private record Short(PhoneCall call, LoopPhone phone, WebPeer agent) {}

    @BeforeClass
    public void start() {
        int first = freeRange();
        exchange =
                Exchange.start(
                        PortReuseIT.class,
                        PAIRS,
                        config ->
                                config.replace(
                                                "rtp-ports: 10000-19999",
                                                "rtp-ports: %d-%d"
                                                        .formatted(first, first + 2 * PAIRS - 1))
                                        .replace(
                                                "codecs: [PCMA, PCMU]}",
                                                "codecs: [PCMA, PCMU], media: nat,"
                                                        + " media-addresses: [127.0.0.0/28]}")
                                        .replace(
                                                "media:\n",
                                                "media:\n  loops: 1\n  opus: {dtx: false}\n"));
        for (int i = 0; i < PAIRS - 1; i++) {
            agents.add(exchange.signIn(AGENT, setup -> setup));
        }
        exchange.signInSilently(AGENT);
    }

    /// Ports in a row that nobody has, apart from those that other tests choose from.
    private static int freeRange() {
        for (int first = 8000; first + 2 * PAIRS < 9000; first += 2 * PAIRS) {
            if (IntStream.range(first, first + 2 * PAIRS).allMatch(Ports::isUdpFree)) {
                return first;
            }
        }
        throw new IllegalStateException("no " + 2 * PAIRS + " free ports in a row below 9000");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (exchange != null) {
            exchange.close();
        }
    }

    @Test
    public void nobodyHearsWhoGoesOnSending() {
        Short old = call(0);
        int oldPort = old.phone.remotePort();
        hangUp(List.of(old));
        Set<Integer> used = new HashSet<>();
        int again = 0;
        InetAddress own = InetAddress.getLoopbackAddress();
        try (StrayStream stray = new StrayStream(own, oldPort, STRAY_HZ)) {
            for (int round = 0; round < ROUNDS; round++) {
                pause(round == 0 ? Duration.ZERO : REST);
                for (int i = 0; i < RUNG_A_ROUND; i++) {
                    ringInVain();
                    pause(PACE);
                }
                List<Short> calls = new ArrayList<>();
                for (int i = 0; i < agents.size(); i++) {
                    calls.add(call(i));
                }
                pause(Duration.ofMillis(1500));
                for (Short made : calls) {
                    assertThat(made.phone.remotePort()).isNotEqualTo(oldPort);
                    again += used.add(made.phone.remotePort()) ? 0 : 1;
                    assertHearsTheCallerAlone(made);
                }
                hangUp(calls);
            }
            assertThat(stray.sent()).isGreaterThan(50 * (int) REST.toSeconds());
        }
        assertThat(again).as("calls on a port of another before").isEqualTo(PAIRS - 1);
    }

    private Short call(int index) {
        WebPeer agent = agents.get(index);
        agent.forget();
        LoopPhone media = exchange.phoneMedia(CALLER);
        PhoneCall call =
                exchange.phone()
                        .invite(exchange.numberOf(index), CallOffer.of(G711.PCMA), media)
                        .awaitAnswer(Exchange.LIMIT);
        agent.awaitMedia(Exchange.LIMIT).record();
        Await.until(
                "the phone knows the gateway's port", Exchange.LIMIT, () -> media.remotePort() > 0);
        return new Short(call, media, agent);
    }

    private void ringInVain() {
        PhoneCall call =
                exchange.phone()
                        .invite(
                                exchange.numberOf(agents.size()),
                                CallOffer.of(G711.PCMA),
                                exchange.phoneMedia(CALLER));
        call.awaitStatus(180, Exchange.LIMIT);
        assertThat(call.cancel(Exchange.LIMIT).status()).isEqualTo(487);
        call.close();
    }

    private static void assertHearsTheCallerAlone(Short made) {
        List<Heard> heard = new ArrayList<>();
        Await.until(
                "the agent hears the caller",
                Exchange.LIMIT,
                () -> {
                    heard.addAll(made.agent.media().takeHeard());
                    return !heard.isEmpty() && Hearing.seconds(Ear.hear(heard), CALLER_HZ) >= 0.4;
                });
        Pcm pcm = Ear.hear(heard);
        assertThat(Hearing.loudestDbov(pcm, STRAY_HZ))
                .as("level of the stray tone in %.1f s", pcm.seconds())
                .isLessThan(-50);
    }

    private static void hangUp(List<Short> calls) {
        for (Short made : calls) {
            assertThat(made.call.hangUp(Exchange.LIMIT).status()).isEqualTo(200);
            made.agent.await("ended", Exchange.LIMIT, _ -> true);
            made.call.close();
        }
    }

    private static void pause(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
