package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.rtp.InOrder.Passage;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class InOrderTest {

    private static final long FRAME = 20_000_000L;

    private final RtpPacket packet = new RtpPacket();
    private final byte[] wire = new byte[172];

    private Passage offer(InOrder gate, int ssrc, int sequence, long timestamp, long atNanos) {
        RtpPacket.writeHeader(wire, 0, 8, false, sequence, timestamp, ssrc);
        packet.wrap(wire, 0, wire.length);
        return gate.offer(packet, 160, atNanos);
    }

    private InOrder after(int packets) {
        InOrder gate = new InOrder(8000);
        for (int i = 0; i < packets; i++) {
            assertThat(offer(gate, 1, 65_530 + i & 0xffff, 0xffff_ff00L + i * 160L, i * FRAME))
                    .isEqualTo(Passage.FORWARD);
            assertThat(gate.timestampStep()).isEqualTo(i == 0 ? 0 : 160);
            assertThat(gate.missing()).isZero();
            assertThat(gate.talkStart()).isEqualTo(i == 0);
        }
        return gate;
    }

    private Passage offer(InOrder gate, int index, long atNanos) {
        return offer(gate, 1, 65_530 + index & 0xffff, 0xffff_ff00L + index * 160L, atNanos);
    }

    @Test
    public void packetsInOrderPassAtOnceAcrossWraps() {
        assertThat(after(1000).forwarded()).isEqualTo(1000);
    }

    @Test
    public void aLossIsAGapInSequenceAndTimestamp() {
        InOrder gate = after(10);

        assertThat(offer(gate, 12, 12 * FRAME)).isEqualTo(Passage.FORWARD);
        assertThat(gate.missing()).isEqualTo(2);
        assertThat(gate.timestampStep()).isEqualTo(480);
        assertThat(gate.talkStart()).isFalse();
        assertThat(offer(gate, 11, 12 * FRAME)).isEqualTo(Passage.LATE);
        assertThat(offer(gate, 11, 12 * FRAME)).isEqualTo(Passage.DUPLICATE);
        assertThat(offer(gate, 12, 12 * FRAME)).isEqualTo(Passage.DUPLICATE);
        assertThat(offer(gate, 13, 13 * FRAME)).isEqualTo(Passage.FORWARD);
        assertThat(gate.timestampStep()).isEqualTo(160);
    }

    @Test
    public void aPauseOfSilenceSuppressionKeepsItsLengthAndStartsTalk() {
        InOrder gate = after(10);
        long pause = 3000;

        Passage passage =
                offer(
                        gate,
                        1,
                        65_540 & 0xffff,
                        0xffff_ff00L + (10 + pause) * 160,
                        (10 + pause) * FRAME);

        assertThat(passage).isEqualTo(Passage.FORWARD);
        assertThat(gate.timestampStep()).isEqualTo((pause + 1) * 160);
        assertThat(gate.missing()).isZero();
        assertThat(gate.talkStart()).isTrue();
    }

    @Test
    public void aDigitBetweenIsAPauseAndNoLoss() {
        InOrder gate = after(10);
        for (int i = 0; i < 6; i++) {
            // The packets of one event have one timestamp (RFC 4733 §2.5.1).
            RtpPacket.writeHeader(
                    wire, 0, 101, i == 0, 65_540 + i & 0xffff, 0xffff_ff00L + 1600, 1);
            packet.wrap(wire, 0, wire.length);
            gate.pass(packet, (10 + i) * FRAME);
        }

        Passage passage = offer(gate, 1, 65_546 & 0xffff, 0xffff_ff00L + 13 * 160, 16 * FRAME);

        assertThat(passage).isEqualTo(Passage.FORWARD);
        assertThat(gate.missing()).isZero();
        assertThat(gate.timestampStep()).isEqualTo(4 * 160);
        assertThat(gate.talkStart()).isTrue();
    }

    @DataProvider
    Object[][] newLines() {
        return new Object[][] {
            {"SSRC", 2, 65_540, 0xffff_ff00L + 1600},
            {"SSRC and all", 2, 9_000, 777L},
            {"sequence", 1, 9_000, 0xffff_ff00L + 1600},
            {"timestamp", 1, 65_540, 777_777_777L},
            {"timestamp stands still", 1, 65_540, 0xffff_ff00L + 9 * 160}
        };
    }

    @Test(dataProvider = "newLines")
    public void theOutgoingLineGoesOnAcrossANewOne(
            String what, int ssrc, int sequence, long timestamp) {
        InOrder gate = after(10);
        long steps = 0;
        int forwarded = 0;
        for (int i = 0; i < 10; i++) {
            Passage passage =
                    offer(
                            gate,
                            ssrc,
                            (sequence + i) & 0xffff,
                            timestamp + i * 160L,
                            (10 + i) * FRAME);
            if (passage == Passage.FORWARD) {
                forwarded++;
                steps += gate.timestampStep();
                assertThat(gate.missing()).as(what).isZero();
            }
        }

        assertThat(forwarded).as(what).isGreaterThanOrEqualTo(9);
        assertThat(steps).as(what).isEqualTo(1600);
    }

    @Test
    public void aNewSourceAfterALongHoldIsAsFarAwayAsTheHoldWasLong() {
        InOrder gate = after(10);

        assertThat(offer(gate, 5, 1, 1, 9 * FRAME + 600_000_000_000L)).isEqualTo(Passage.FORWARD);
        assertThat(gate.timestampStep()).isEqualTo(4_800_000);
        assertThat(gate.talkStart()).isTrue();
    }

    @Test
    public void aThousandSourcesASecondNeitherPassNorStopTheOne() {
        InOrder gate = after(10);
        Random random = new Random(6);
        int passed = 0;
        for (int i = 10; i < 100; i++) {
            for (int k = 0; k < 20; k++) {
                Passage passage =
                        offer(
                                gate,
                                100 + random.nextInt(),
                                random.nextInt(65_536),
                                random.nextInt() & 0xffff_ffffL,
                                i * FRAME + k * 1_000_000L);
                passed += passage == Passage.FORWARD ? 1 : 0;
            }
            assertThat(offer(gate, i, i * FRAME + 19_500_000L)).isEqualTo(Passage.FORWARD);
        }
        assertThat(passed).isZero();
    }
}
