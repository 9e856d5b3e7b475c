package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import offhook.codec.dsp.Tone;
import offhook.codec.quality.Recording;
import offhook.codec.quality.WavFile;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.speech.G711;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// Agents lead callers on: to colleagues and to numbers. Everybody has a tone of their own, so that
/// each is proved to hear the right one, and no other.
@Test(groups = {"e2e", "sip", "media"})
public class TransferIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final int CALLER_HZ = 440;
    private static final int ALICE_HZ = 1030;
    private static final int BOB_HZ = 700;
    private static final int NUMBER_HZ = 1500;
    private static final int MUSIC_HZ = 2000;
    private static final double MUSIC_DBM0 = -20;
    private static final double ENOUGH_SECONDS = 0.4;

    private final List<AutoCloseable> open = new ArrayList<>();
    private CalledPhone pbx;
    private CalledPhone branch;
    private DemoConfig config;
    private Phone phone;
    private WebPeer alice;
    private WebPeer bob;

    @BeforeClass
    public void start() throws IOException {
        pbx = keep(new CalledPhone(InetAddress.getLoopbackAddress()));
        branch = keep(new CalledPhone(InetAddress.ofLiteral("127.0.0.3")));
        Path work = CallStand.workOf(TransferIT.class);
        Path music = work.resolve("music.wav");
        short[] pcm = new short[16_000];
        new Tone(16_000, MUSIC_DBM0, MUSIC_HZ).fill(pcm, 0, pcm.length);
        WavFile.write(music, new Recording(pcm, 16_000));
        config =
                CallStand.configure(
                        work,
                        yaml ->
                                yaml.replace(
                                                "media:\n",
                                                "media:\n  hold-music: \"" + music + "\"\n")
                                        .replace(
                                                "{name: pbx,",
                                                "{name: pbx, accept-refer: true, uri: \""
                                                        + pbx.uri()
                                                        + "\",")
                                        .replace(
                                                "- name: branch",
                                                "- name: branch\n    transfer: refer\n    uri: \""
                                                        + branch.uri()
                                                        + "\"")
                                        .replace(
                                                "routes:\n",
                                                """
                                                routes:
                                                  - {from: web, number: "55*", to: "trunk:pbx"}
                                                  - {from: web, number: "66*", to: "trunk:branch"}
                                                  - {trunk: pbx, number: "77*", to: "trunk:pbx"}
                                                """));
        keep(GatewayProcess.start(config.file(), work.resolve("gateway.log"), START_LIMIT));
        var reactor = keep(new Reactor("web-peers"));
        HttpClient client =
                keep(HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build());
        PeerIdentity identity = PeerIdentity.generate();
        alice = keep(signIn(client, config, "alice", reactor, identity, ALICE_HZ));
        bob = keep(signIn(client, config, "bob", reactor, identity, BOB_HZ));
        phone = keep(Phone.udp(config.sip(), "5551000"));
    }

    private <T extends AutoCloseable> T keep(T opened) {
        open.addFirst(opened);
        return opened;
    }

    private static WebPeer signIn(
            HttpClient client,
            DemoConfig config,
            String name,
            Reactor reactor,
            PeerIdentity identity,
            int hertz) {
        FrameLoop voice = FrameLoop.opus(FrameLoop.tone(hertz), false);
        return WebPeer.signIn(
                client,
                config.page(),
                name,
                "alice",
                WebMedia.Setup.of(reactor, identity, voice),
                true);
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    /// A call of the phone that alice has taken.
    private PhoneCall callAlice() {
        return callAlice(phone);
    }

    private PhoneCall callAlice(Phone caller) {
        alice.forget();
        bob.forget();
        PhoneCall call = caller.invite("200", CallOffer.of(G711.PCMA));
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        call.awaitAnswer(LIMIT);
        alice.await("connected", LIMIT, _ -> true);
        hears(alice, CALLER_HZ);
        hears(call, ALICE_HZ);
        return call;
    }

    private static String idOf(WebPeer agent) {
        return agent.await("incoming", LIMIT, _ -> true).path("call").asText();
    }

    private static void hears(WebPeer agent, int hertz) {
        WebMedia media = agent.media();
        media.record();
        var heard = new ArrayList<Heard>();
        Await.until(
                "an agent hears " + hertz,
                LIMIT,
                () -> {
                    heard.addAll(media.takeHeard());
                    return !heard.isEmpty()
                            && Hearing.seconds(Ear.hear(heard), hertz) >= ENOUGH_SECONDS;
                });
    }

    private static void hears(PhoneCall call, int hertz) {
        int from = call.media().heard().size();
        Await.until(
                "the phone hears " + hertz,
                LIMIT,
                () -> Hearing.seconds(Hearing.audioSince(call, from), hertz) >= ENOUGH_SECONDS);
    }

    private static void hears(CalledCall call, int hertz) {
        int from = call.media().heard().size();
        Hearing.awaitAtPhone(call.media(), hertz, from, LIMIT);
    }

    @Test
    public void callerGoesToAColleagueBlindlyAndBackAgain() {
        PhoneCall call = callAlice();

        alice.lead("transfer", idOf(alice), "agent:bob");

        alice.awaitTransfer("done", LIMIT);
        assertThat(alice.await("ended", LIMIT, _ -> true).at("/cause/reason").asText())
                .isEqualTo("transferred");
        hears(bob, CALLER_HZ);
        hears(call, BOB_HZ);
        alice.await("presence", LIMIT, m -> m.path("state").asText().equals("available"));
        alice.forget();
        bob.lead("transfer", idOf(bob), "agent:alice");
        bob.awaitTransfer("done", LIMIT);
        hears(alice, CALLER_HZ);
        hears(call, ALICE_HZ);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        alice.await("ended", LIMIT, _ -> true);
    }

    @Test
    public void callerComesBackWhenTheColleagueIsNotThere() {
        PhoneCall call = callAlice();

        alice.lead("transfer", idOf(alice), "agent:carol");

        assertThat(alice.awaitTransfer("failed", LIMIT).at("/cause/reason").asText())
                .isEqualTo("agent-offline");
        hears(alice, CALLER_HZ);
        hears(call, ALICE_HZ);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        alice.await("ended", LIMIT, _ -> true);
    }

    @Test
    public void colleagueIsConsultedWhileTheCallerWaits() {
        PhoneCall call = callAlice();
        alice.lead("consult", idOf(alice), "agent:bob");
        alice.awaitTransfer("consulting", LIMIT);
        Hearing.awaitGoneAtPhone(call.media(), ALICE_HZ, LIMIT);
        int from = call.media().heard().size();
        hears(alice, BOB_HZ);
        hears(bob, ALICE_HZ);
        assertThat(Hearing.seconds(Hearing.audioSince(call, from), ALICE_HZ)).isLessThan(0.2);
        assertThat(Hearing.seconds(Hearing.audioSince(call, from), BOB_HZ)).isZero();

        alice.decide("cancel", idOf(alice));
        alice.awaitTransfer("failed", LIMIT);
        bob.await("ended", LIMIT, _ -> true);
        hears(alice, CALLER_HZ);
        hears(call, ALICE_HZ);

        bob.await("presence", LIMIT, m -> m.path("state").asText().equals("available"));
        String first = idOf(alice);
        bob.forget();
        alice.lead("consult", first, "agent:bob");
        Await.until(
                "consulting again",
                LIMIT,
                () ->
                        alice.messages().stream()
                                        .filter(m -> m.path("state").asText().equals("consulting"))
                                        .count()
                                == 2);
        alice.decide("complete", first);
        alice.await("ended", LIMIT, _ -> true);
        assertThat(bob.await("party", LIMIT, _ -> true).at("/party/number").asText())
                .isEqualTo("5551000");
        hears(bob, CALLER_HZ);
        hears(call, BOB_HZ);
        bob.hangUp(idOf(bob));
        call.awaitBye(LIMIT);
        bob.await("ended", LIMIT, _ -> true);
    }

    @Test
    public void callerGoesToANumberThroughTheGateway() {
        PhoneCall call = callAlice();
        alice.lead("transfer", idOf(alice), "5511");
        CalledCall busy = pbx.awaitCall(LIMIT);
        assertThat(busy.invite().header("From")).contains("5551000");
        busy.refuse(486, "Busy Here", LIMIT);
        assertThat(alice.awaitTransfer("failed", LIMIT).at("/cause/text").asText())
                .contains("busy");
        hears(alice, CALLER_HZ);

        alice.lead("transfer", idOf(alice), "5512");
        CalledCall target = pbx.awaitCall(LIMIT);
        target.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
        target.ring();
        alice.awaitTransfer("ringing", LIMIT);
        target.answer(LIMIT);
        alice.await("ended", LIMIT, _ -> true);
        hears(target, CALLER_HZ);
        hears(call, NUMBER_HZ);
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        target.await("BYE", LIMIT);
    }

    @Test
    public void trunkIsAskedAndWhatItCannotDoTheGatewayDoes() {
        try (Phone caller =
                Phone.udp(InetAddress.ofLiteral("127.0.0.3"), config.sip(), "5552000", "Branch")
                        .allowing("INVITE, ACK, BYE, CANCEL, REFER, NOTIFY")) {
            PhoneCall call = callAlice(caller);
            alice.lead("transfer", idOf(alice), "6611");
            assertThat(awaitRefer(call, 1).header("Refer-To")).startsWith("<sip:6611@127.0.0.3");
            tell(call, "terminated;reason=noresource", "SIP/2.0 486 Busy Here");
            alice.awaitTransfer("failed", LIMIT);
            hears(alice, CALLER_HZ);
            hears(call, ALICE_HZ);

            alice.lead("transfer", callOf(call), "6612");
            awaitRefer(call, 2);
            tell(call, "terminated;reason=noresource", "SIP/2.0 503 Service Unavailable");
            CalledCall target = branch.awaitCall(LIMIT);
            target.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
            target.answer(LIMIT);
            alice.await("ended", LIMIT, _ -> true);
            hears(target, CALLER_HZ);
            hears(call, NUMBER_HZ);
            assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
            target.await("BYE", LIMIT);

            call = callAlice(caller);
            alice.lead("transfer", idOf(alice), "6613");
            awaitRefer(call, 1);
            tell(call, "active;expires=60", "SIP/2.0 180 Ringing");
            alice.awaitTransfer("ringing", LIMIT);
            tell(call, "terminated;reason=noresource", "SIP/2.0 200 OK");
            alice.awaitTransfer("done", LIMIT);
            call.awaitBye(LIMIT);
            alice.await("ended", LIMIT, _ -> true);
        }
    }

    private String callOf(PhoneCall call) {
        assertThat(call.hasEnded()).isFalse();
        return alice.await("incoming", LIMIT, _ -> true).path("call").asText();
    }

    private static SipMessage awaitRefer(PhoneCall call, int count) {
        Await.until("REFER", LIMIT, () -> received(call, "REFER").size() == count);
        return received(call, "REFER").getLast();
    }

    private static List<SipMessage> received(PhoneCall call, String method) {
        return call.trace().stream()
                .filter(t -> !t.sent() && !t.message().isResponse())
                .map(PhoneCall.Traced::message)
                .filter(m -> m.method().equals(method))
                .toList();
    }

    private static void tell(PhoneCall call, String state, String line) {
        SipMessage answer =
                call.request(
                        "NOTIFY",
                        List.of(
                                "Event: refer",
                                "Subscription-State: " + state,
                                "Content-Type: message/sipfrag;version=2.0"),
                        line + "\r\n",
                        LIMIT);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    public void trunkLeadsTheAgentIntoACallOfItsOwn() {
        PhoneCall call = callAlice();
        List<String> into =
                List.of(
                        "Refer-To: <sip:5513@127.0.0.1"
                                + "?Replaces=c1%40pbx%3Bto-tag%3Dt1%3Bfrom-tag%3Df1>");
        assertThat(call.request("REFER", into, "", LIMIT).status()).isEqualTo(202);
        pbx.awaitCall(LIMIT).refuse(481, "Call/Transaction Does Not Exist", LIMIT);
        hears(alice, CALLER_HZ);
        hears(call, ALICE_HZ);

        assertThat(call.request("REFER", into, "", LIMIT).status()).isEqualTo(202);
        CalledCall colleague = pbx.awaitCall(LIMIT);
        assertThat(colleague.invite().header("Replaces")).isEqualTo("c1@pbx;to-tag=t1;from-tag=f1");
        assertThat(colleague.invite().header("Require")).isEqualTo("replaces");
        colleague.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
        colleague.answer(LIMIT);
        call.awaitBye(LIMIT);
        List<String> told =
                received(call, "NOTIFY").stream()
                        .map(m -> m.body().strip().substring(8, 11))
                        .toList();
        assertThat(told).contains("481").endsWith("200");
        hears(alice, NUMBER_HZ);
        hears(colleague, ALICE_HZ);
        alice.hangUp(idOf(alice));
        colleague.await("BYE", LIMIT);
        alice.await("ended", LIMIT, _ -> true);
    }

    @Test
    public void trunkLeadsTheAgentOnAndAnotherTakesItsPlace() {
        PhoneCall call = callAlice();
        assertThat(
                        call.request("REFER", List.of("Refer-To: <sip:299@127.0.0.1>"), "", LIMIT)
                                .status())
                .isEqualTo(404);
        try (Phone other = Phone.udp(config.sip(), "5553000").adding(call.replaces())) {
            PhoneCall second = other.invite("200", CallOffer.of(G711.PCMA));
            second.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
            second.awaitAnswer(LIMIT);
            call.awaitBye(LIMIT);
            hears(alice, NUMBER_HZ);
            hears(second, ALICE_HZ);
            assertThat(alice.await("party", LIMIT, _ -> true).at("/party/number").asText())
                    .isEqualTo("5553000");

            SipMessage accepted =
                    second.request("REFER", List.of("Refer-To: <sip:201@127.0.0.1>"), "", LIMIT);
            assertThat(accepted.status()).isEqualTo(202);
            second.awaitBye(LIMIT);
            List<String> told =
                    received(second, "NOTIFY").stream().map(m -> m.body().strip()).toList();
            assertThat(told).startsWith("SIP/2.0 100 Trying").endsWith("SIP/2.0 200 OK");
            hears(alice, BOB_HZ);
            hears(bob, ALICE_HZ);
            alice.hangUp(idOf(alice));
            bob.await("ended", LIMIT, _ -> true);
        }
    }

    private PhoneCall callBob() {
        PhoneCall call = phone.invite("201", CallOffer.of(G711.PCMA));
        call.media().say(Sound.tone(CALLER_HZ, Voices.AMPLITUDE));
        call.awaitAnswer(LIMIT);
        hears(bob, CALLER_HZ);
        return call;
    }

    /// Has the gateway join the other sides of two calls of one phone.
    private static void join(PhoneCall call, PhoneCall other) {
        String replaces =
                URLEncoder.encode(
                        other.replaces().substring("Replaces: ".length()), StandardCharsets.UTF_8);
        List<String> into = List.of("Refer-To: <sip:299@127.0.0.1?Replaces=" + replaces + ">");
        assertThat(call.request("REFER", into, "", LIMIT).status()).isEqualTo(202);
        call.awaitBye(LIMIT);
        other.awaitBye(LIMIT);
        List<String> told = received(call, "NOTIFY").stream().map(m -> m.body().strip()).toList();
        assertThat(told).startsWith("SIP/2.0 100 Trying").endsWith("SIP/2.0 200 OK");
    }

    /// Twice, so that the calls lie on one loop or on two. The phone holds what it does not talk
    /// in, and at last both.
    @Test(invocationCount = 2)
    public void twoCallsOfOnePhoneAreJoined() {
        PhoneCall call = callAlice();
        call.reinvite(CallOffer.of(G711.PCMA).withDirection("sendonly"), LIMIT);
        alice.await("hold", LIMIT, m -> m.path("theirs").asBoolean());
        PhoneCall second = callBob();
        second.reinvite(CallOffer.of(G711.PCMA).withDirection("inactive"), LIMIT);
        bob.await("hold", LIMIT, m -> m.path("theirs").asBoolean());

        join(call, second);

        hears(alice, BOB_HZ);
        hears(bob, ALICE_HZ);
        alice.await("hold", LIMIT, m -> !m.path("theirs").asBoolean());
        bob.await("hold", LIMIT, m -> !m.path("theirs").asBoolean());
        Await.until(
                "alice is told of bob",
                LIMIT,
                () ->
                        alice.messages().stream()
                                .anyMatch(m -> m.at("/party/number").asText().equals("bob")));
        assertThat(bob.await("party", LIMIT, _ -> true).at("/party/number").asText())
                .isEqualTo("alice");
        bob.hangUp(idOf(bob));
        alice.await("ended", LIMIT, _ -> true);
    }

    /// Named from the second call, with a phone at the other side of it that dials and is held.
    @Test
    public void agentAndPhoneOfTwoCallsAreJoined() {
        PhoneCall call = callAlice();
        PhoneCall second = phone.invite("771", CallOffer.of(G711.PCMA));
        CalledCall target = pbx.awaitCall(LIMIT);
        target.media().say(Sound.tone(NUMBER_HZ, Voices.AMPLITUDE));
        target.answer(LIMIT);
        second.awaitAnswer(LIMIT);
        hears(second, NUMBER_HZ);

        join(second, call);

        hears(alice, NUMBER_HZ);
        hears(target, ALICE_HZ);
        String id = idOf(alice);
        alice.lead("transfer", id, "agent:bob");
        alice.awaitTransfer("done", LIMIT);
        hears(bob, NUMBER_HZ);
        hears(target, BOB_HZ);
        bob.decide("hold", idOf(bob));
        bob.await("hold", LIMIT, m -> m.path("mine").asBoolean());
        Hearing.awaitGoneAtPhone(target.media(), BOB_HZ, LIMIT);
        int from = target.media().heard().size();
        hears(target, MUSIC_HZ);
        assertThat(Hearing.seconds(Hearing.audioSince(target.media(), from), BOB_HZ))
                .isLessThan(0.2);
        bob.decide("unhold", idOf(bob));
        hears(target, BOB_HZ);
        target.hangUp(LIMIT);
        bob.await("ended", LIMIT, _ -> true);
    }
}
