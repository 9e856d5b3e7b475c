package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Calls that are held. Everybody has a tone of their own, and so has the music, so that each is
/// proved to hear the right one, and no other.
@Test(groups = {"e2e", "sip", "media"})
public class HoldIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final CallOffer TALK = CallOffer.of(G711.PCMA);
    private static final int CALLER_HZ = 440;
    private static final int ALICE_HZ = 1030;
    private static final int MUSIC_HZ = 620;
    private static final double MUSIC_DBM0 = -20;
    private static final double ENOUGH_SECONDS = 0.4;

    /// Five seconds of packets.
    private static final int SOME = 250;

    private PeerStand stand;
    private Phone phone;
    private WebPeer alice;
    private String call = "";

    @BeforeClass
    public void start() throws IOException {
        Path work = CallStand.workOf(HoldIT.class);
        Path music = Files.createDirectories(work).resolve("music.wav");
        short[] pcm = new short[16_000];
        new Tone(16_000, MUSIC_DBM0, MUSIC_HZ).fill(pcm, 0, pcm.length);
        WavFile.write(music, new Recording(pcm, 16_000));
        stand =
                PeerStand.start(
                        HoldIT.class,
                        yaml ->
                                yaml.replace(
                                        "media:\n", "media:\n  hold-music: \"" + music + "\"\n"));
        alice = stand.signIn("alice", ALICE_HZ);
        phone = stand.keep(Phone.udp(stand.config().sip(), "5551000"));
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (stand != null) {
            stand.close();
        }
    }

    private PhoneCall callAlice() {
        alice.forget();
        PhoneCall phoneCall = phone.invite("200", TALK);
        phoneCall.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        phoneCall.awaitAnswer(LIMIT);
        call = alice.await("connected", LIMIT, _ -> true).path("call").asText();
        bothTalk(phoneCall);
        return phoneCall;
    }

    private void bothTalk(PhoneCall call) {
        agentHears(CALLER_HZ);
        callerHears(call, ALICE_HZ);
    }

    private void agentHears(int hertz) {
        Hearing.awaitAtPeer(alice, hertz, ENOUGH_SECONDS, LIMIT);
    }

    private static void callerHears(PhoneCall call, int hertz) {
        int from = call.media().heard().size();
        Await.until(
                "the caller hears " + hertz,
                LIMIT,
                () -> Hearing.seconds(Hearing.audioSince(call, from), hertz) >= ENOUGH_SECONDS);
    }

    private void hold(boolean on) {
        alice.forget();
        alice.decide(on ? "hold" : "unhold", call);
        alice.await("hold", LIMIT, m -> m.path("mine").asBoolean() == on);
    }

    @Test
    public void callerHearsMusicWhileTheAgentHolds() {
        PhoneCall phoneCall = callAlice();
        for (int round = 0; round < 3; round++) {
            hold(true);
            callerHears(phoneCall, MUSIC_HZ);
            int from = phoneCall.media().heard().size();
            callerHears(phoneCall, MUSIC_HZ);
            Pcm held = Hearing.audioSince(phoneCall, from);
            assertThat(Hearing.loudestDbov(held, ALICE_HZ)).isLessThan(-50);
            assertThat(Hearing.loudestDbov(held, MUSIC_HZ))
                    .isCloseTo(MUSIC_DBM0 - 6.18, within(1.0));
            alice.media().takeHeard();
            long fromNanos = System.nanoTime();
            callerHears(phoneCall, MUSIC_HZ);
            double passed = (System.nanoTime() - fromNanos) / 1e9;
            assertThat(alice.media().takeHeard())
                    .as("the agent hears nothing, but for a sign of life, in %.1f s", passed)
                    .hasSizeLessThan(10 + (int) (5 * passed));

            hold(false);
            bothTalk(phoneCall);
        }

        // The network holds, too: without music of its own, which the agent then hears from us.
        hold(true);
        phoneCall.reinvite(TALK.withDirection("inactive"), LIMIT);
        alice.await("hold", LIMIT, m -> m.path("theirs").asBoolean());
        hold(false);
        agentHears(MUSIC_HZ);
        alice.forget();
        phoneCall.reinvite(TALK, LIMIT);
        alice.await("hold", LIMIT, m -> !m.path("theirs").asBoolean());
        bothTalk(phoneCall);
        phoneCall.reinvite(TALK.withDirection("sendonly"), LIMIT);
        agentHears(CALLER_HZ);
        phoneCall.reinvite(TALK, LIMIT);
        bothTalk(phoneCall);

        // The agent's network is away, and comes back.
        alice.media().away(true);
        callerHears(phoneCall, MUSIC_HZ);
        alice.media().away(false);
        bothTalk(phoneCall);

        isOneStream(phoneCall.media().heard());
        assertThat(phoneCall.hangUp(LIMIT).status()).isEqualTo(200);
        alice.await("ended", LIMIT, _ -> true);
    }

    /// One source, no number left out, and a time line that keeps pace with time.
    private static void isOneStream(List<Heard> heard) {
        assertThat(heard.stream().map(Heard::ssrc).distinct()).hasSize(1);
        long millis = 0;
        for (int i = 1; i < heard.size(); i++) {
            Heard before = heard.get(i - 1);
            Heard now = heard.get(i);
            assertThat(now.sequence()).isEqualTo((before.sequence() + 1) & 0xffff);
            long step = (now.timestamp() - before.timestamp()) & 0xffff_ffffL;
            assertThat(step % 160).as("step %d", step).isZero();
            assertThat(step).isPositive();
            millis += step / 8;
        }
        // What was held by the phone was not sent, but time went on. Each hold is longer than that.
        Heard last = heard.getLast();
        long late =
                least(heard.subList(Math.max(0, heard.size() - SOME), heard.size()), last)
                        - least(heard.subList(0, Math.min(SOME, heard.size())), last);
        assertThat(late).as("milliseconds astray of %d", millis).isCloseTo(0, within(400L));
    }

    /// How much later than their timestamps say the most punctual of these came, as a busy machine
    /// hands over some of them late, in milliseconds from `zero`.
    private static long least(List<Heard> heard, Heard zero) {
        return heard.stream()
                .mapToLong(each ->
                        (each.atNanos() - zero.atNanos()) / 1_000_000
                                - (int) (each.timestamp() - zero.timestamp()) / 8)
                .min()
                .orElseThrow();
    }
}
