package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import offhook.call.CallInput;
import offhook.call.Party;
import offhook.config.GatewayConfig;
import offhook.config.TrunkConfig;
import offhook.net.FreePorts;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// However often trunks come and go, nothing of those that went is kept.
public class ForgottenTrunksTest {

    @Test
    public void loadsAndAddressesGoWithTheirTrunks() throws IOException {
        TrunkConfig stays = Doors.trunkAt("stays", "sip:192.0.2.1");
        SipTrunks trunks = new SipTrunks(List.of(stays));
        int before = trunks.loads();
        for (int i = 0; i < 5; i++) {
            TrunkConfig passes = Doors.trunkAt("passes" + i, "sip:198.51.100." + (i + 1));
            trunks.reconfigured(List.of(stays, passes), Set.of());
            reach(trunks, stays, "192.0.2.1");
            reach(trunks, passes, "198.51.100." + (i + 1));
            trunks.reconfigured(List.of(stays), Set.of());
            assertThat(trunks.owner(Doors.address("198.51.100." + (i + 1)))).contains(passes);
            assertThat(trunks.loadOf(passes).calls()).isZero();

            trunks.forget(List.of(passes));

            assertThat(trunks.owner(Doors.address("198.51.100." + (i + 1)))).isEmpty();
            assertThat(trunks.loads()).isEqualTo(before);
        }
        assertThat(trunks.owner(Doors.address("192.0.2.1"))).contains(stays);
    }

    private static void reach(SipTrunks trunks, TrunkConfig trunk, String address)
            throws IOException {
        trunks.reaches(
                new TrunkTarget(
                        TrunkUri.parse("sip:" + address),
                        address,
                        Doors.address(address),
                        5060,
                        "udp"),
                trunk);
    }

    /// Its connection outlived it: the peer closes it, hours later.
    @Test
    public void whomWeExpectGoesWithTheLastConnectionOfATrunkThatWent() throws IOException {
        TrunkConfig stays = Doors.trunkAt("stays", "sip:192.0.2.1");
        TrunkConfig passes = Doors.trunkAt("passes", "sip:192.0.2.2");
        SipTrunks trunks = new SipTrunks(List.of(stays, passes));
        TlsConnections secured = trunks.secured();
        for (TrunkConfig trunk : trunks.all()) {
            TrunkUri uri = TrunkUri.parse(trunk.uri().orElseThrow());
            InetAddress address = Doors.address(uri.host());
            trunks.reaches(new TrunkTarget(uri, uri.host(), address, 5061, "tls"), trunk);
            secured.opened(address, 5061, trunk, true);
        }
        trunks.reconfigured(List.of(stays), Set.of());
        trunks.forget(List.of(passes));
        assertThat(secured.aims()).as("while they are open").isEqualTo(2);

        secured.closed(Doors.address("192.0.2.2"), 5061);
        secured.closed(Doors.address("192.0.2.1"), 5061);

        assertThat(secured.aimAt(Doors.address("192.0.2.2"), 5061)).isEmpty();
        assertThat(secured.aimAt(Doors.address("192.0.2.1"), 5061)).isPresent();
    }

    @Test
    public void addressThatWasAskedTheLongestAgoGivesWay() {
        AtomicLong now = new AtomicLong();
        ReachedPeers peers = new ReachedPeers(now::get);
        for (int i = 0; i < ReachedPeers.MOST; i++) {
            now.incrementAndGet();
            peers.add(Doors.address("10.0." + i / 256 + "." + i % 256), "pbx");
        }
        now.incrementAndGet();
        peers.add(Doors.address("10.0.0.0"), "other");
        now.incrementAndGet();
        peers.add(Doors.address("10.1.0.0"), "pbx");

        assertThat(peers.size()).isEqualTo(ReachedPeers.MOST);
        assertThat(peers.trunksAt(Doors.address("10.0.0.0")))
                .containsExactlyInAnyOrder("pbx", "other");
        assertThat(peers.trunksAt(Doors.address("10.0.0.1"))).isEmpty();
        assertThat(peers.trunksAt(Doors.address("10.1.0.0"))).containsExactly("pbx");
    }

    @Test
    public void passwordsGoWithTheirTrunks() {
        AtomicLong now = new AtomicLong();
        DigestServer digests = new DigestServer(now::get, new GuessLimiter(now::get));
        TrunkConfig asks = asking("one");
        for (int i = 0; i < 5; i++) {
            TrunkConfig other = asking("password" + i);
            digests.challenges(List.of(asks), Doors.address("192.0.2.1"), false);
            digests.challenges(List.of(other), Doors.address("192.0.2.1"), false);
            assertThat(digests.kept()).isEqualTo(2);

            digests.retain(List.of(asks, Doors.trunk("silent", "192.0.2.0/24")));

            assertThat(digests.kept()).isEqualTo(1);
        }
    }

    private static TrunkConfig asking(String password) {
        return Doors.read(
                ("{name: pbx, addresses: [192.0.2.0/24],"
                                + " challenge: {username: u, password: \"%s\"}}")
                        .formatted(password));
    }

    @Test
    public void authoritiesGoWithTheirTrunks() throws Exception {
        try (TlsFolder folder = new TlsFolder()) {
            folder.authority().write(folder.file("other.pem"));
            GatewayConfig config =
                    folder.config(
                            """
                            sip:
                              listen: ["tls://127.0.0.1:5061"]
                              tls: {certificate: own.pem, key: key.pem, ca: ca.pem}
                            trunks:
                              - {name: stays, uri: "sip:192.0.2.1;transport=tls"}
                              - name: passes
                                uri: "sip:192.0.2.2;transport=tls"
                                tls: {ca: other.pem}
                            """);
            TrunkConfig stays = config.trunks().getFirst();
            TlsIdentity identity =
                    new TlsIdentity(config.sip().tls().orElseThrow(), List.of(stays));
            Path other = config.trunks().getLast().tls().ca().orElseThrow();

            Runnable taking = identity.prepare(config.trunks());
            assertThat(identity.isWatching(other)).as("before it is taken").isFalse();
            taking.run();
            assertThat(identity.isWatching(other)).isTrue();
            identity.retain(List.of(stays));

            assertThat(identity.isWatching(other)).isFalse();
            assertThat(identity.isWatching(config.sip().tls().orElseThrow().ca().orElseThrow()))
                    .isTrue();
        }
    }

    /// A call that began before wants to go on to a trunk that went meanwhile.
    @Test
    public void callToATrunkThatIsConfiguredNoMoreFails() throws IOException, SdpException {
        SipEndpoint endpoint =
                Endpoints.on(
                        FreePorts.nextAddress(),
                        new Counters(),
                        List.of(Doors.trunkAt("pbx", "sip:127.0.0.9")));

        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint,
                        "gone",
                        new Party("100", ""),
                        "200",
                        SdpParser.parse(EndpointStand.SDP));

        CallInput.LegEnded ended = dialled.call().next(CallInput.LegEnded.class);
        assertThat(ended.cause().sipCode()).isEqualTo(503);
        assertThat(ended.cause().reason()).isEqualTo("trunk-gone");
    }
}
