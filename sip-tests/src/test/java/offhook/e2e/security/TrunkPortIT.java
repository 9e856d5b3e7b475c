package offhook.e2e.security;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.Sound;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Somebody sends RTP to the port of a trunk's call.
@Test(groups = "media")
public class TrunkPortIT {
    private Scene scene;

    @BeforeClass
    public void start() throws Exception {
        scene = Scene.start("security-trunk");
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (scene != null) {
            scene.close();
        }
    }

    @DataProvider
    public Object[][] wrongSources() {
        return new Object[][] {{"127.0.0.1"}, {"127.0.0.2"}};
    }

    @Test(dataProvider = "wrongSources")
    public void injectedPacketsReachNobody(String address) {
        try (LiveCall live = LiveCall.start(scene);
                Stranger evil = Stranger.at(address)) {
            InetSocketAddress port = trunkPort(live);
            Counted refused = Counted.by(scene, "rtp.refused.source", port.getPort());
            live.listen();

            long sent = evil.spray(evilPackets(live), port, 100, 3);

            live.assertUndisturbed();
            refused.awaitExactly(sent);
            assertThat(evil.bytesReceived()).isZero();
        }
    }

    /// The same packets from the phone's own socket would be heard: the tone is no dud.
    @Test
    public void theTonesOfTheTestAreHeardWhereTheyMayBe() {
        try (LiveCall live = LiveCall.start(scene)) {
            live.listen();
            live.phone().media().say(evilTone());

            assertThatThrownBy(live::assertUndisturbed)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("the web peer");
        }
    }

    private static InetSocketAddress trunkPort(LiveCall live) {
        String sdp = live.phone().awaitFinal(Scene.LIMIT).body();
        String media = sdp.lines().filter(l -> l.startsWith("m=audio ")).findFirst().orElseThrow();
        return new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Integer.parseInt(media.split(" ", -1)[1]));
    }

    private static Sound evilTone() {
        return Sound.tone(Scene.EVIL_HZ, 16_000);
    }

    /// Loud packets of the phone's codec, with numbers and the SSRC of a stream of this call.
    private static Supplier<byte[]> evilPackets(LiveCall live) {
        List<Heard> heard = live.phone().media().heard();
        Heard like = heard.getLast();
        Sound tone = evilTone();
        return new Supplier<>() {
            private int sequence = like.sequence();
            private int timestamp = (int) like.timestamp();

            @Override
            public byte[] get() {
                ByteBuffer out = ByteBuffer.allocate(12 + 160);
                out.put((byte) 0x80).put((byte) G711.PCMA.payloadType());
                out.putShort((short) sequence++).putInt(timestamp).putInt(like.ssrc());
                timestamp += 160;
                while (out.hasRemaining()) {
                    out.put(G711.PCMA.encode(tone.next()));
                }
                return out.array();
            }
        };
    }
}
