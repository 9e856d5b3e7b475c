package offhook.e2e.phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.process.Tool;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import org.testng.annotations.Test;

/// The phones against sipp's own answering side, which echoes RTP.
public class PhoneTest {
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private record Answerer(Process process, InetSocketAddress address) implements AutoCloseable {
        static Answerer start(boolean tcp) throws Exception {
            int port = Ports.freePair();
            Path log = Files.createTempFile("uas", ".log");
            Process process =
                    Tool.SIPP.start(
                            log,
                            "-sn",
                            "uas",
                            "-i",
                            "127.0.0.1",
                            "-p",
                            port,
                            "-mi",
                            "127.0.0.1",
                            "-mp",
                            Ports.freePair(),
                            "-rtp_echo",
                            "-nostdin",
                            "-t",
                            tcp ? "t1" : "u1");
            Await.until(
                    "sipp listens",
                    LIMIT,
                    () -> tcp ? !Ports.isTcpFree(port) : !Ports.isUdpFree(port));
            return new Answerer(
                    process, new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        }

        @Override
        public void close() {
            process.destroyForcibly();
        }
    }

    @Test
    public void hearsItsOwnVoiceFromAnEchoOverUdp() throws Exception {
        try (Answerer answerer = Answerer.start(false);
                Phone phone = Phone.udp(answerer.address(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMU));
            call.media().say(Sound.tone(1000, 8000));
            call.awaitAnswer(LIMIT);

            Await.until("a second of echo", LIMIT, () -> call.media().heard().size() > 50);
            call.media().press('5', 80);
            call.media().press('5', 40);
            Await.until("both keys back", LIMIT, () -> call.media().keys().equals("55"));
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);

            List<Heard> heard = call.media().heard();
            Pcm audio = call.media().audio();
            assertThat(heard.get(1).timestamp() - heard.getFirst().timestamp()).isEqualTo(160);
            assertThat(audio.slice(800, 4000).levelDbov()).isBetween(-16.0, -14.0);
        }
    }

    @Test
    public void sendsBurstsAndAnotherSourceWhenTold() throws Exception {
        try (Answerer answerer = Answerer.start(false);
                Phone phone = Phone.udp(answerer.address(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMU).withPtime(10));
            call.media().follow(PacketPlan.bursts(5));
            call.awaitAnswer(LIMIT);

            Await.until("echo", LIMIT, () -> call.media().heard().size() >= 20);
            call.media().changeSource();
            int ssrc = call.media().heard().getFirst().ssrc();
            Await.until(
                    "another source",
                    LIMIT,
                    () -> call.media().heard().stream().anyMatch(p -> p.ssrc() != ssrc));

            List<Heard> heard = call.media().heard();
            assertThat(heard.getFirst().payload()).hasSize(80);
            // A machine that stops spreads one burst and swallows one pause, not all of them.
            long burstNanos = Long.MAX_VALUE;
            long pauseNanos = 0;
            for (int at = 5; at + 5 < heard.size() && at < 20; at += 5) {
                long end = heard.get(at + 4).atNanos();
                burstNanos = Math.min(burstNanos, end - heard.get(at).atNanos());
                pauseNanos = Math.max(pauseNanos, heard.get(at + 5).atNanos() - end);
            }
            assertThat(burstNanos).isLessThan(20_000_000);
            assertThat(pauseNanos).isGreaterThan(25_000_000);
        }
    }

    @Test
    public void callsOverTcp() throws Exception {
        try (Answerer answerer = Answerer.start(true);
                Phone phone = Phone.tcp(answerer.address(), "5551000")) {
            PhoneCall call = phone.invite("200", CallOffer.of(G711.PCMU));

            call.awaitAnswer(LIMIT);

            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        }
    }

    @Test
    public void sippSpeaksAndHangsUpAsTheScenarioSays() throws Exception {
        Path folder = Files.createTempDirectory("sipp");
        Speech speech = Speech.of(Voice.CALLER, folder);
        try (Answerer answerer = Answerer.start(false)) {
            SippCall.Plan plan =
                    SippCall.Plan.to(answerer.address(), "200", speech)
                            .in(G711.PCMU)
                            .talking(Duration.ofMillis(500));
            try (SippCall call = SippCall.start(plan, folder.resolve("call"))) {
                int exit = call.awaitEnd(LIMIT);

                assertThat(exit).as(call::explain).isZero();
                assertThat(call.log().statuses()).containsExactly(180, 200, 200);
                assertThat(call.log().inviteSent()).isPresent();
                assertThat(call.log().received(200, "BYE")).isPresent();
            }
        }
    }
}
