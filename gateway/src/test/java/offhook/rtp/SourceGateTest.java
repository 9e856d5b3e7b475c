package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;
import offhook.rtp.SourceGate.Mode;
import offhook.rtp.SourceGate.Verdict;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SourceGateTest {

    private static final long MILLI = 1_000_000L;
    private static final InetSocketAddress SDP = new InetSocketAddress("192.0.2.10", 4000);
    private static final InetSocketAddress NAT = new InetSocketAddress("198.51.100.7", 61_000);
    private static final InetSocketAddress NAT_MOVED =
            new InetSocketAddress("198.51.100.7", 61_002);
    private static final InetSocketAddress EVIL = new InetSocketAddress("203.0.113.66", 4000);
    private static final Predicate<InetAddress> TRUNK =
            a -> a.getHostAddress().startsWith("198.51.100.") || a.equals(SDP.getAddress());

    private final RtpPacket packet = new RtpPacket();
    private final byte[] wire = new byte[172];

    private Verdict check(SourceGate gate, InetSocketAddress from, int sequence, long millis) {
        return check(gate, from, 1, sequence, true, millis);
    }

    private Verdict check(
            SourceGate gate,
            InetSocketAddress from,
            int ssrc,
            int sequence,
            boolean expectedType,
            long millis) {
        RtpPacket.writeHeader(wire, 0, 8, false, sequence & 0xffff, sequence * 160L, ssrc);
        packet.wrap(wire, 0, wire.length);
        return gate.check(from, packet, expectedType, millis * MILLI);
    }

    private static SourceGate gate(Mode mode) {
        SourceGate gate = new SourceGate(mode, TRUNK);
        gate.expect(SDP, 0);
        return gate;
    }

    @Test
    public void strictTakesExactlyTheAddressAndPortOfTheSdp() {
        SourceGate gate = gate(Mode.STRICT);

        for (int i = 0; i < 200; i++) {
            assertThat(check(gate, SDP, i, i * 20)).isEqualTo(Verdict.ACCEPT);
            assertThat(check(gate, EVIL, i, i * 20)).isEqualTo(Verdict.REFUSED);
            assertThat(check(gate, NAT, i, i * 20)).isEqualTo(Verdict.REFUSED);
            assertThat(check(gate, new InetSocketAddress("192.0.2.10", 4002), i, i * 20))
                    .isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.destination()).contains(SDP);
        assertThat(gate.refused()).isEqualTo(600);
    }

    @Test
    public void nothingPassesBeforeAnSdp() {
        SourceGate gate = new SourceGate(Mode.NAT, TRUNK);

        for (int i = 0; i < 10; i++) {
            assertThat(check(gate, NAT, i, i * 20)).isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.destination()).isEmpty();
    }

    @Test
    public void fourPacketsOfOneStreamAreLearnedAndThenLocked() {
        SourceGate gate = gate(Mode.NAT);

        assertThat(check(gate, NAT, 65_534, 1000)).isEqualTo(Verdict.REFUSED);
        assertThat(check(gate, NAT, 65_535, 1020)).isEqualTo(Verdict.REFUSED);
        assertThat(check(gate, NAT, 65_536, 1040)).isEqualTo(Verdict.REFUSED);
        assertThat(check(gate, NAT, 65_537, 1060)).isEqualTo(Verdict.LEARNED);
        assertThat(check(gate, NAT, 65_538, 1080)).isEqualTo(Verdict.ACCEPT);
        assertThat(gate.destination()).contains(NAT);
        assertThat(gate.acceptsRtcp(new InetSocketAddress("198.51.100.7", 61_001))).isTrue();
        assertThat(gate.acceptsRtcp(EVIL)).isFalse();

        for (int i = 0; i < 10; i++) {
            assertThat(check(gate, NAT_MOVED, i, 1100 + i * 20)).isEqualTo(Verdict.REFUSED);
        }
    }

    @DataProvider
    Object[][] imposters() {
        // Address, SSRC step, sequence step, right type, milliseconds between.
        return new Object[][] {
            {EVIL, 0, 1, true, 20},
            {NAT, 1, 1, true, 20},
            {NAT, 0, 2, true, 20},
            {NAT, 0, 0, true, 20},
            {NAT, 0, 1, false, 20},
            {NAT, 0, 1, true, 1},
            {NAT, 0, 1, true, 100}
        };
    }

    @Test(dataProvider = "imposters")
    public void whatIsNoStreamOfTheTrunkIsNeverLearned(
            InetSocketAddress from, int ssrcStep, int sequenceStep, boolean type, int millis) {
        SourceGate gate = gate(Mode.NAT);

        for (int i = 0; i < 200; i++) {
            assertThat(check(gate, from, i * ssrcStep, i * sequenceStep, type, 500 + i * millis))
                    .isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.destination()).contains(SDP);
    }

    @Test
    public void rtcpGoesToNoHostButThatOfRtp() {
        InetSocketAddress named = new InetSocketAddress("192.0.2.10", 4001);
        InetSocketAddress last = new InetSocketAddress("192.0.2.10", 65_535);
        InetSocketAddress held = new InetSocketAddress("0.0.0.0", 4000);
        SourceGate gate = gate(Mode.NAT);

        assertThat(gate.controlDestination(named)).contains(named);
        assertThat(gate.controlDestination(EVIL)).contains(named);
        for (int i = 0; i < 4; i++) {
            check(gate, NAT, i, 1000 + i * 20);
        }
        assertThat(gate.controlDestination(named))
                .contains(new InetSocketAddress("198.51.100.7", 61_001));
        gate.expect(last, 0);
        assertThat(gate.controlDestination(EVIL)).isEmpty();
        gate.expect(held, 0);
        assertThat(gate.controlDestination(held)).isEmpty();
        assertThat(new SourceGate(Mode.STRICT, TRUNK).controlDestination(named)).isEmpty();
    }

    @Test
    public void theSdpAddressWinsWhileItIsHeard() {
        SourceGate gate = gate(Mode.NAT);

        for (int i = 0; i < 100; i++) {
            assertThat(check(gate, SDP, i, i * 20)).isEqualTo(Verdict.ACCEPT);
            assertThat(check(gate, NAT, i, i * 20)).isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.destination()).contains(SDP);
    }

    @Test
    public void nothingIsLearnedAfterTheWindow() {
        SourceGate gate = gate(Mode.NAT);

        for (int i = 0; i < 10; i++) {
            assertThat(check(gate, NAT, i, 5000 + i * 20)).isEqualTo(Verdict.REFUSED);
        }
        assertThat(check(gate, SDP, 1, 6000)).isEqualTo(Verdict.ACCEPT);
    }

    @Test
    public void aReinviteLetsAMovedSourceBeLearnedAgain() {
        SourceGate gate = gate(Mode.NAT);
        for (int i = 0; i < 5; i++) {
            check(gate, NAT, i, i * 20);
        }
        assertThat(gate.destination()).contains(NAT);

        gate.expect(SDP, 60_000 * MILLI);
        assertThat(gate.destination()).contains(NAT);
        for (int i = 0; i < 4; i++) {
            check(gate, NAT_MOVED, i, 60_100 + i * 20);
        }

        assertThat(gate.destination()).contains(NAT_MOVED);
        assertThat(check(gate, NAT, 9, 60_300)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    public void anotherAddressInTheSdpReplacesWhatWasLearned() {
        SourceGate gate = gate(Mode.NAT);
        for (int i = 0; i < 5; i++) {
            check(gate, NAT, i, i * 20);
        }
        InetSocketAddress other = new InetSocketAddress("198.51.100.8", 5000);

        gate.expect(other, 60_000 * MILLI);

        assertThat(gate.destination()).contains(other);
        assertThat(check(gate, other, 1, 60_010)).isEqualTo(Verdict.ACCEPT);
        assertThat(check(gate, NAT, 6, 60_020)).isEqualTo(Verdict.REFUSED);
    }

    @Test
    public void nothingIsSentToAnAddressThatIsNotTheTrunks() {
        SourceGate gate = new SourceGate(Mode.NAT, TRUNK);
        gate.expect(new InetSocketAddress("10.1.33.103", 4000), 0);

        assertThat(gate.destination()).isEmpty();
        for (int i = 0; i < 4; i++) {
            check(gate, NAT, i, i * 20);
        }
        assertThat(gate.destination()).contains(NAT);
    }

    @Test
    public void authenticPacketIsFollowedToAnAddressOfTheTrunkOnly() {
        SourceGate gate = gate(Mode.STRICT);
        InetSocketAddress otherPort = new InetSocketAddress("192.0.2.10", 4002);

        assertThat(gate.checkAuthentic(SDP)).isEqualTo(Verdict.ACCEPT);
        assertThat(gate.checkAuthentic(EVIL)).isEqualTo(Verdict.REFUSED);
        assertThat(gate.destination()).contains(SDP);
        assertThat(gate.checkAuthentic(otherPort)).isEqualTo(Verdict.LEARNED);
        assertThat(gate.destination()).contains(otherPort);
        assertThat(gate.checkAuthentic(NAT)).isEqualTo(Verdict.LEARNED);
        assertThat(gate.checkAuthentic(NAT)).isEqualTo(Verdict.ACCEPT);
        assertThat(gate.destination()).contains(NAT);
        assertThat(gate.controlDestination(new InetSocketAddress("192.0.2.10", 4001)))
                .contains(new InetSocketAddress("198.51.100.7", 61_001));
        assertThat(gate.refused()).isEqualTo(1);
    }

    @DataProvider
    Object[][] namedAndSeen() {
        // What the SDP names, where the signalling comes from, whether a source may be learned.
        return new Object[][] {
            {"10.0.0.5", "198.51.100.7", true},
            {"172.31.255.1", "198.51.100.7", true},
            {"192.168.1.20", "198.51.100.7", true},
            {"100.64.3.4", "198.51.100.7", true},
            {"100.127.255.254", "198.51.100.7", true},
            {"fd12:3456::5", "2001:db8::7", true},
            {"10.0.0.5", "10.0.0.9", true},
            {"10.0.0.5", "10.0.0.5", false},
            {"fd12:3456::5", "fd12:3456::5", false},
            {"192.0.2.10", "198.51.100.7", false},
            {"172.32.0.1", "198.51.100.7", false},
            {"100.128.0.1", "198.51.100.7", false},
            {"2001:db8::5", "2001:db8::7", false},
        };
    }

    @Test(dataProvider = "namedAndSeen")
    public void autoLearnsWhereAPrivateAddressIsNamedFromAnotherOne(
            String sdp, String seen, boolean learns) {
        InetAddress from = InetAddress.ofLiteral(seen);
        SourceGate gate = new SourceGate(Mode.AUTO, from::equals, Optional.of(from));
        InetSocketAddress named = new InetSocketAddress(InetAddress.ofLiteral(sdp), 4000);
        InetSocketAddress behind = new InetSocketAddress(from, 61_000);
        gate.expect(named, 0);
        assertThat(gate.destination()).contains(named);

        for (int i = 0; i < 4; i++) {
            Verdict verdict = check(gate, behind, i, 1000 + i * 20);
            assertThat(verdict).isEqualTo(learns && i == 3 ? Verdict.LEARNED : Verdict.REFUSED);
        }
        assertThat(gate.destination()).contains(learns ? behind : named);
    }

    @Test
    public void autoLearnsWithinTheTrunksBlocksAndTheWindowOnly() {
        InetSocketAddress inside = new InetSocketAddress("10.0.0.5", 4000);
        SourceGate gate = new SourceGate(Mode.AUTO, TRUNK, Optional.of(NAT.getAddress()));
        gate.expect(inside, 0);

        for (int i = 0; i < 10; i++) {
            assertThat(check(gate, EVIL, i, i * 20)).isEqualTo(Verdict.REFUSED);
            assertThat(check(gate, NAT, i, 5000 + i * 20)).isEqualTo(Verdict.REFUSED);
        }
        assertThat(gate.destination()).contains(inside);

        // A re-INVITE to a public address closes the window, one to a private one opens it.
        gate.expect(SDP, 10_000 * MILLI);
        for (int i = 0; i < 10; i++) {
            assertThat(check(gate, NAT, i, 10_000 + i * 20)).isEqualTo(Verdict.REFUSED);
        }
        gate.expect(inside, 20_000 * MILLI);
        for (int i = 0; i < 3; i++) {
            assertThat(check(gate, NAT, i, 20_000 + i * 20)).isEqualTo(Verdict.REFUSED);
        }
        assertThat(check(gate, NAT, 3, 20_060)).isEqualTo(Verdict.LEARNED);
    }
}
