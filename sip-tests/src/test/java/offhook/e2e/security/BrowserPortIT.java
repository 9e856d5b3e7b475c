package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.process.Await;
import offhook.e2e.speech.G711;
import offhook.e2e.web.DtlsAssociation;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.SrtpPair;
import offhook.e2e.web.Stun;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.jspecify.annotations.Nullable;
import org.testng.ITestResult;
import org.testng.annotations.AfterClass;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Strangers, and agents gone bad, send to the port of all browsers while a call goes on.
@Test(groups = "media")
public class BrowserPortIT {
    private static final long HEAP_GROWTH_KIB = 24 * 1024;
    private static final long SEED = 20;

    private Scene scene;

    /// The call that attacks from elsewhere are to leave alone: one for all of them, as long as
    /// none has touched it.
    private @Nullable LiveCall bystander;

    @BeforeClass
    public void start() throws Exception {
        scene = Scene.start("security-browser");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (bystander != null) {
            bystander.close();
        }
        if (scene != null) {
            scene.close();
        }
    }

    /// A test that failed leaves no call to the next.
    @AfterMethod(alwaysRun = true)
    public void forgetADisturbedCall(ITestResult result) {
        if (bystander != null && !result.isSuccess()) {
            LiveCall disturbed = bystander;
            bystander = null;
            disturbed.close();
        }
    }

    /// Alice's call that goes on from test to test.
    private LiveCall bystander() {
        if (bystander == null) {
            bystander = LiveCall.start(scene);
        }
        return bystander;
    }

    /// Alice's own call: that of the other tests ends for it.
    private LiveCall ownCall() {
        if (bystander != null) {
            bystander.close();
            bystander = null;
        }
        return LiveCall.start(scene);
    }

    private Counted counted(String counter) {
        return Counted.by(scene, counter, scene.browserPort().getPort());
    }

    @DataProvider
    public Object[][] flawedChecks() {
        return new Object[][] {
            {"no integrity"},
            {"wrong password"},
            {"wrong ufrag"},
            {"guessed ufrag"},
            {"wrong remote ufrag"},
            {"bad fingerprint"},
            {"long username"}
        };
    }

    private static byte[] check(String flaw, WebMedia victim) {
        String username = victim.username();
        String password = victim.answer().password();
        return switch (flaw) {
            case "no integrity" -> Stun.check(username, password, Stun.Flaw.NO_INTEGRITY);
            case "wrong password" -> Stun.check(username, "guessedguessedguessed12");
            case "wrong ufrag" -> Stun.check("x" + username, password);
            // As long as one of ours, so that it is looked for, also on the other loops.
            case "guessed ufrag" -> Stun.check(guess(victim.answer().ufrag()) + ":x", password);
            case "wrong remote ufrag" -> Stun.check(username + "x", password);
            case "bad fingerprint" -> Stun.check(username, password, Stun.Flaw.BAD_FINGERPRINT);
            case "long username" -> Stun.check(username + "u".repeat(1900), password);
            default -> throw new IllegalArgumentException(flaw);
        };
    }

    private static String guess(String ufrag) {
        char last = ufrag.charAt(ufrag.length() - 1);
        return ufrag.substring(0, ufrag.length() - 1) + (last == 'a' ? 'b' : 'a');
    }

    @Test(dataProvider = "flawedChecks")
    public void flawedCheckMeetsSilence(String flaw) {
        LiveCall live = bystander();
        try (Stranger evil = Stranger.here()) {
            byte[] check = check(flaw, live.web());
            Counted refused = counted("stun.refused");
            live.listen();

            long sent = evil.spray(() -> check, scene.browserPort(), 500, 2);

            live.assertUndisturbed();
            assertThat(evil.bytesReceived()).isZero();
            refused.awaitAtLeast(sent);
        }
    }

    /// What makes the others' silence worth something: whoever has the password is answered.
    @Test
    public void flawlessCheckIsAnswered() {
        try (LiveCall live = ownCall();
                Stranger friend = Stranger.here()) {
            byte[] check = Stun.check(live.web().username(), live.web().answer().password());

            friend.send(check, scene.browserPort());

            Await.until("an answer", Scene.LIMIT, () -> friend.bytesReceived() > 0);
        }
    }

    @Test
    public void foreignClientHelloNeitherDisturbsNorIsAnswered() throws Exception {
        byte[] hello = clientHello();
        Counted refused = counted("dtls.refused");
        try (Stranger evil = Stranger.here()) {
            var spraying =
                    Thread.ofPlatform()
                            .start(() -> evil.spray(() -> hello, scene.browserPort(), 100, 6));
            try (LiveCall live = ownCall()) {
                live.listen();
                spraying.join();
                live.assertUndisturbed();
            }
            assertThat(evil.bytesReceived()).isZero();
        }
        refused.awaitAtLeast(600);
    }

    private static byte[] clientHello() throws InterruptedException {
        BlockingQueue<byte[]> sent = new LinkedBlockingQueue<>();
        new DtlsAssociation(
                        PeerIdentity.generate(),
                        "",
                        sent::add,
                        new DtlsAssociation.Outcome() {
                            @Override
                            public void onKeys(SrtpPair keys) {
                                throw new AssertionError("nobody answers");
                            }

                            @Override
                            public void onFailed(String why) {
                                // As it must, when nobody answers.
                            }
                        })
                .start();
        byte[] hello = sent.poll(Scene.LIMIT.toSeconds(), TimeUnit.SECONDS);
        assertThat(hello).isNotNull();
        return hello;
    }

    @DataProvider
    public Object[][] bombs() {
        return new Object[][] {{"claims"}, {"overlaps"}, {"crumbs"}, {"alerts"}};
    }

    /// A record of DTLS (RFC 6347 §4.1) that is cheap to send and dear to take in.
    private static Supplier<byte[]> bomb(String kind) {
        var counter = new int[1];
        return () -> {
            int n = counter[0]++;
            return switch (kind) {
                // Sixteen messages that claim 16 MiB each: 205 bytes.
                case "claims" -> {
                    ByteBuffer body = ByteBuffer.allocate(16 * 12);
                    for (int i = 0; i < 16; i++) {
                        fragment(body, 1, 0xFFFFFF, i, 0, 0);
                    }
                    yield record(22, n, body.array());
                }
                case "overlaps" -> {
                    ByteBuffer body = ByteBuffer.allocate(12 + 32);
                    fragment(body, 1, 16_000, 0, n % 15_900, 32);
                    yield record(22, n, body.array());
                }
                case "crumbs" -> {
                    ByteBuffer body = ByteBuffer.allocate(12 + 1);
                    fragment(body, 11, 8_000, n % 9, n % 8_000, 1);
                    yield record(22, n, body.array());
                }
                case "alerts" -> record(21, n, new byte[] {2, 40});
                default -> throw new IllegalArgumentException(kind);
            };
        };
    }

    private static void fragment(
            ByteBuffer out, int type, int length, int sequence, int offset, int bytes) {
        out.putInt(type << 24 | length).putShort((short) sequence);
        uint24(out, offset);
        uint24(out, bytes);
        out.position(out.position() + bytes);
    }

    private static void uint24(ByteBuffer out, int value) {
        out.put((byte) (value >> 16)).putShort((short) value);
    }

    private static byte[] record(int type, int sequence, byte[] body) {
        ByteBuffer out = ByteBuffer.allocate(13 + body.length);
        out.put((byte) type).putShort((short) 0xFEFD).putShort((short) 0).putShort((short) 0);
        return out.putInt(sequence).putShort((short) body.length).put(body).array();
    }

    @Test(dataProvider = "bombs")
    public void bombsOfStrangersCostNothing(String kind) {
        LiveCall live = bystander();
        try (Stranger evil = Stranger.here()) {
            Counted refused = counted("dtls.refused");
            long heapBefore = scene.jmx().liveHeapKib();
            live.listen();

            long sent = evil.spray(bomb(kind), scene.browserPort(), 1_000, 3);

            live.assertUndisturbed();
            assertThat(evil.bytesReceived()).isZero();
            refused.awaitAtLeast(sent);
            assertThat(scene.jmx().liveHeapKib() - heapBefore).isLessThan(HEAP_GROWTH_KIB);
        }
    }

    /// Of an agent who may talk to us, before the handshake: bob throws, alice's call goes on.
    @Test(dataProvider = "bombs")
    public void bombsOfAnAgentStayWithHisOwnCall(String kind) {
        WebMedia.Setup mute =
                new WebMedia.Setup(
                        scene.reactor(),
                        PeerIdentity.generate(),
                        scene.peer().loops(),
                        sdp -> sdp,
                        false,
                        gateway -> gateway);
        LiveCall live = bystander();
        try (WebPeer bob = scene.agent("bob", mute, true);
                PhoneCall second = scene.phone().invite("300", CallOffer.of(G711.PCMA))) {
            bob.await("accepted", Scene.LIMIT, _ -> true);
            WebMedia evil = bob.media();
            Await.until("bob's checks", Scene.LIMIT, () -> evil.state() == WebMedia.State.SHAKING);
            Counted refused = counted("dtls.refused");
            long heapBefore = scene.jmx().liveHeapKib();
            live.listen();

            Supplier<byte[]> bombs = bomb(kind);
            long sent = Stranger.atRate(1_000, 3, () -> evil.sendRaw(bombs.get()));

            live.assertUndisturbed();
            assertThat(scene.jmx().liveHeapKib() - heapBefore).isLessThan(HEAP_GROWTH_KIB);
            // Some look like a handshake's beginning; the bounds of one handshake stop the rest.
            refused.awaitRead((long) (0.7 * sent) + 1);
            bob.await("ended", Scene.LIMIT, _ -> true);
            assertThat(second.awaitFinal(Scene.LIMIT).status()).isGreaterThanOrEqualTo(200);
        }
    }

    /// Of an agent in the middle of his own call: even that goes on.
    @Test(dataProvider = "bombs")
    public void bombsWithinACallDoNotEndIt(String kind) {
        try (LiveCall live = ownCall()) {
            Counted refused = counted("dtls.refused");
            live.listen();

            Supplier<byte[]> bombs = bomb(kind);
            long sent = Stranger.atRate(1_000, 2, () -> live.web().sendRaw(bombs.get()));

            live.assertUndisturbed();
            refused.awaitExactly(sent);
        }
    }

    /// Random bytes with the first one of RTP; every other packet is cut short.
    private static Supplier<byte[]> garbage() {
        var random = new Random(SEED);
        return () -> {
            byte[] out = new byte[random.nextBoolean() ? 12 + random.nextInt(19) : 80];
            random.nextBytes(out);
            out[0] = (byte) 0x80;
            out[1] = 111;
            return out;
        };
    }

    @Test
    public void garbageOfStrangersIsDropped() throws Exception {
        LiveCall live = bystander();
        try (Stranger one = Stranger.here();
                Stranger other = Stranger.at("127.0.0.2")) {
            Counted unknown = counted("media.unknown");
            live.listen();

            var second =
                    Thread.ofPlatform()
                            .start(() -> other.spray(garbage(), scene.browserPort(), 2_000, 4));
            one.spray(garbage(), scene.browserPort(), 2_000, 4);
            second.join();

            live.assertUndisturbed();
            assertThat(one.bytesReceived() + other.bytesReceived()).isZero();
            unknown.awaitRead(8_001);
        }
    }

    @Test
    public void packetsThatDoNotAuthenticateDoNotEndTheCall() {
        try (LiveCall live = ownCall()) {
            Counted failed = counted("srtp.auth-failed");
            live.listen();

            Supplier<byte[]> garbage = garbage();
            long sent = Stranger.atRate(1_000, 4, () -> live.web().sendRaw(garbage.get()));

            live.assertUndisturbed();
            failed.awaitRead(sent / 3 + 1);
        }
    }
}
