package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.management.openmbean.CompositeData;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.SoftPhone;
import offhook.e2e.process.Await;
import offhook.e2e.process.DemoConfig;
import offhook.e2e.process.GatewayProcess;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.PeerIdentity;
import offhook.e2e.web.Reactor;
import offhook.e2e.web.WebMedia;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Softphones of others that speak SRTP with keys in the SDP, baresip and linphone, call a scripted
/// agent and are called.
@Test(groups = {"e2e", "sip", "media"})
public class SrtpPhonesIT {
    private static final Duration LIMIT = CallStand.LIMIT;
    private static final Duration START_LIMIT = Duration.ofSeconds(90);

    /// What both of them offer first, and all that linphone knows of ours.
    private static final String SUITE = "AES_CM_128_HMAC_SHA1_80";

    /// Two seconds of the agent's voice. A phone that calls hears the agent late on a busy machine.
    private static final long PLAYED_PACKETS = 100;

    /// Of `bench`, at bcrypt's least cost.
    private static final String HASH =
            "$2a$04$gLFTDHZHJkiN.45XqIu3ceARwhblZ2hW4TJiHg11vK4Feu6fNN8h2";

    private static final String CONFIG =
            """
            node: {name: test, advertise: 127.0.0.1}
            sip: {listen: "udp://127.0.0.1:5060", rtp-ports: 10000-19999}
            trunks:
              - {name: in, addresses: [127.0.0.1/32], srtp: required}
              - {name: baresip, uri: "BARESIP", media-addresses: [127.0.0.1/32], srtp: required}
              - name: baresip-if-it-can
                uri: "BARESIP"
                media-addresses: [127.0.0.1/32]
                srtp: optional
              - {name: linphone, uri: "LINPHONE", srtp: required}
              - {name: linphone-if-it-can, uri: "LINPHONE", srtp: optional}
            routes:
              - {trunk: in, number: "200", to: "agent:alice"}
              - {from: web, number: "100", to: "trunk:baresip"}
              - {from: web, number: "101", to: "trunk:baresip-if-it-can"}
              - {from: web, number: "300", to: "trunk:linphone"}
              - {from: web, number: "301", to: "trunk:linphone-if-it-can"}
            agents: {users: [{name: alice, password-hash: "HASH"}]}
            web: {listen: "http://127.0.0.1:8080"}
            media: {listen: "udp://127.0.0.1:7882"}
            ops: {listen: "http://127.0.0.1:8081"}
            """
                    .replace("HASH", HASH);

    private final Path folder = CallStand.workOf(SrtpPhonesIT.class);
    private final int baresipPort = Ports.freePair();
    private final int linphonePort = Ports.freePair();
    private Path says;
    private DemoConfig config;
    private GatewayProcess gateway;
    private Operations operations;
    private Reactor reactor;
    private WebPeer alice;

    @BeforeClass
    public void start() {
        says = Voices.steady("phone", Voices.CALLER_HZ, folder).wav8k();
        config =
                DemoConfig.onFreePorts(
                        folder,
                        _ ->
                                CONFIG.replace("BARESIP", "sip:127.0.0.1:" + baresipPort)
                                        .replace("LINPHONE", "sip:127.0.0.1:" + linphonePort));
        gateway = GatewayProcess.start(config.file(), folder.resolve("gateway.log"), START_LIMIT);
        operations = Operations.of(gateway);
        reactor = new Reactor("web-peers");
        FrameLoop tone = FrameLoop.opus(FrameLoop.tone((int) Voices.AGENT_HZ), false);
        alice =
                WebPeer.signIn(
                        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
                        config.page(),
                        "alice",
                        "bench",
                        WebMedia.Setup.of(reactor, PeerIdentity.generate(), tone),
                        false);
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (alice != null) {
            alice.close();
            reactor.close();
        }
        if (operations != null) {
            operations.close();
        }
        if (gateway != null) {
            gateway.close();
        }
    }

    @DataProvider
    public Object[][] ways() { // of baresip, the number whose trunk fits
        return new Object[][] {{"srtp-mand", "100"}, {"srtp", "101"}};
    }

    /// Its description names another address of this machine than its packets come from: they are
    /// followed because they are authentic.
    @Test(dataProvider = "ways")
    public void baresipCallsAndIsCalled(String encryption, String number) {
        try (SoftPhone phone =
                SoftPhone.baresip(
                        folder.resolve("baresip-" + encryption),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), baresipPort),
                        number,
                        encryption,
                        Optional.of(says))) {
            phone.tell("dial sip:200@127.0.0.1:" + config.sipPort());
            String incoming = alice.awaitIncoming(LIMIT);
            alice.accept(incoming);
            awaitAtAgent(SUITE);
            endCall(incoming);

            callOut(number, "AEAD_AES_128_GCM");
            assertThat(phone.recordings()).hasSize(2);
            assertHeard(phone);
        }
        assertThat(operations.counter("srtp.auth-failed")).isZero();
    }

    /// linphone does not take keys that are offered without RTP/SAVP; the call is in the clear
    /// then.
    @Test
    public void linphoneCallsAndIsCalled() {
        try (SoftPhone phone =
                SoftPhone.linphone(
                        folder.resolve("linphone"), linphonePort, "media_encryption=srtp", says)) {
            phone.tell("call sip:200@127.0.0.1:" + config.sipPort());
            String incoming = alice.awaitIncoming(LIMIT);
            alice.accept(incoming);
            awaitAtAgent(SUITE);
            endCall(incoming);

            callOut("301", "");
            callOut("300", SUITE);
            assertHeard(phone);
        }
        assertThat(operations.counter("srtp.auth-failed")).isZero();
    }

    private void callOut(String number, String protection) {
        String call = alice.dial(number, LIMIT);
        alice.await("connected", LIMIT, m -> m.path("call").asText().equals(call));
        awaitAtAgent(protection);
        endCall(call);
    }

    /// Waits until the agent has heard enough of the phone's tone.
    ///
    /// @param protection of the trunk's leg
    private void awaitAtAgent(String protection) {
        List<Heard> heard = new ArrayList<>();
        alice.awaitMedia(LIMIT).record();
        Await.until(
                "the agent hears the phone",
                LIMIT,
                () -> {
                    heard.addAll(alice.media().takeHeard());
                    return !heard.isEmpty()
                            && Hearing.seconds(Ear.hear(heard), Voices.CALLER_HZ)
                                    > Hearing.ENOUGH_SECONDS;
                });
        String call = operations.calls().getFirst();
        Await.until(
                "two seconds of the agent's voice on their way to the phone",
                LIMIT,
                () -> {
                    CompositeData browser = operations.leg(call, "browser");
                    return (Long) browser.get("inPackets") - (Long) browser.get("inUnplayed")
                            >= PLAYED_PACKETS;
                });
        CompositeData trunk = operations.leg(call, "trunk");
        assertThat(trunk.get("protection")).isEqualTo(protection);
        assertThat(trunk.get("inNotAuthentic")).isEqualTo(0L);
        assertThat(trunk.get("inReplayed")).isEqualTo(0L);
    }

    private static void assertHeard(SoftPhone phone) {
        assertThat(phone.recordings()).isNotEmpty();
        for (Path recording : phone.recordings()) {
            Await.until(
                    "the agent's tone in " + recording,
                    LIMIT,
                    () ->
                            Hearing.seconds(Pcm.read(recording), Voices.AGENT_HZ)
                                    > Hearing.ENOUGH_SECONDS / 2);
        }
    }

    private void endCall(String call) {
        alice.hangUp(call);
        alice.await("ended", LIMIT, m -> m.path("call").asText().equals(call));
        Await.until("the end of the call", LIMIT, () -> operations.calls().isEmpty());
        alice.forget();
    }
}
