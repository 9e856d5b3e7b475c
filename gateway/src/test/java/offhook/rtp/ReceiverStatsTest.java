package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import offhook.rtp.ReceiverStats.Arrival;
import org.testng.annotations.Test;

public class ReceiverStatsTest {

    private static final long FRAME = 20_000_000L;

    private static void packets(ReceiverStats stats, int ssrc, int first, int from, int to) {
        for (int i = from; i < to; i++) {
            stats.onPacket(ssrc, (first + i) & 0xffff, i * 160L, i * FRAME);
        }
    }

    @Test
    public void aPerfectStreamHasNoLossAndNoJitter() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 65_000, 0, 200_000);

        assertThat(stats.expected()).isEqualTo(200_000);
        assertThat(stats.received()).isEqualTo(200_000);
        assertThat(stats.lost()).isZero();
        assertThat(stats.jitterUnits()).isZero();
        assertThat(stats.restarts()).isZero();
    }

    @Test
    public void lossReorderAndCopiesAreToldApart() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 0, 0, 10);
        packets(stats, 1, 0, 12, 20);
        assertThat(stats.lost()).isEqualTo(2);

        assertThat(stats.onPacket(1, 11, 11 * 160, 20 * FRAME)).isEqualTo(Arrival.REORDERED);
        assertThat(stats.onPacket(1, 11, 11 * 160, 20 * FRAME)).isEqualTo(Arrival.DUPLICATE);
        assertThat(stats.onPacket(1, 19, 19 * 160, 20 * FRAME)).isEqualTo(Arrival.DUPLICATE);

        assertThat(stats.lost()).isEqualTo(1);
        assertThat(stats.reordered()).isEqualTo(1);
        assertThat(stats.duplicates()).isEqualTo(2);
    }

    @Test
    public void aPacketFromBeforeTheFirstIsNoLoss() {
        ReceiverStats stats = new ReceiverStats(8000);
        stats.onPacket(1, 5, 800, FRAME);

        assertThat(stats.onPacket(1, 4, 640, FRAME)).isEqualTo(Arrival.REORDERED);
        assertThat(stats.lost()).isZero();
        assertThat(stats.expected()).isEqualTo(2);
    }

    @Test
    public void jitterIsThatOfTheRfc() {
        ReceiverStats stats = new ReceiverStats(8000);
        // Arrivals alternate by 5 ms: |D| = 40 units, to which J converges (RFC 3550 A.8).
        for (int i = 0; i < 1000; i++) {
            stats.onPacket(1, i, i * 160L, i * FRAME + (i % 2) * 5_000_000L);
        }

        assertThat(stats.jitterUnits()).isBetween(38L, 40L);
        assertThat(stats.jitterMillis()).isCloseTo(5, within(0.2));
    }

    @Test
    public void aPauseWithoutGapInTheSequenceIsNoLossAndNoJitter() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 0, 0, 50);
        for (int i = 50; i < 100; i++) {
            stats.onPacket(1, i, (i + 3000) * 160L, (i + 3000) * FRAME);
        }

        assertThat(stats.lost()).isZero();
        assertThat(stats.jitterUnits()).isZero();
    }

    @Test
    public void aNewSourceIsConfirmedByItsSecondPacketAndKeepsTheOldFigures() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 0, 0, 10);
        packets(stats, 1, 0, 11, 20);

        assertThat(stats.onPacket(2, 40_000, 7, 20 * FRAME)).isEqualTo(Arrival.PROBATION);
        assertThat(stats.onPacket(2, 40_001, 167, 21 * FRAME)).isEqualTo(Arrival.RESTARTED);
        assertThat(stats.onPacket(2, 40_002, 327, 22 * FRAME)).isEqualTo(Arrival.NEW);

        assertThat(stats.ssrc()).isEqualTo(2);
        assertThat(stats.restarts()).isEqualTo(1);
        assertThat(stats.expected()).isEqualTo(22);
        assertThat(stats.received()).isEqualTo(21);
        assertThat(stats.lost()).isEqualTo(1);
        assertThat(stats.jitterUnits()).isZero();
    }

    @Test
    public void aLoneForeignPacketChangesNothing() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 0, 0, 10);
        stats.onPacket(2, 9, 9, 10 * FRAME);
        stats.onPacket(1, 30_000, 9, 10 * FRAME);
        packets(stats, 1, 0, 10, 20);

        assertThat(stats.expected()).isEqualTo(20);
        assertThat(stats.lost()).isZero();
        assertThat(stats.unconfirmed()).isEqualTo(2);
    }

    @Test
    public void aSequenceBegunAnewAfterSilenceIsTakenAtOnce() {
        ReceiverStats stats = new ReceiverStats(8000);
        packets(stats, 1, 0, 0, 10);

        assertThat(stats.onPacket(1, 30_000, 5, 20 * FRAME)).isEqualTo(Arrival.RESTARTED);
        assertThat(stats.lost()).isZero();
    }

    @Test
    public void theFractionLostIsSinceTheReportBefore() {
        ReceiverStats stats = new ReceiverStats(8000);
        ReportBlock block = new ReportBlock();
        assertThat(stats.report(block, 0)).isFalse();
        packets(stats, 1, 0, 0, 50);
        packets(stats, 1, 0, 100, 150);

        stats.report(block, 0);
        assertThat(block.fractionLost()).isEqualTo(85);
        packets(stats, 1, 0, 150, 200);
        stats.report(block, 0);
        assertThat(block.fractionLost()).isZero();
        assertThat(block.cumulativeLost()).isEqualTo(50);
    }

    @Test
    public void unwrappedNumbersGoOnAcrossManyWrapsAndBack() {
        SequenceUnwrapper sequences = new SequenceUnwrapper();
        TimestampUnwrapper timestamps = new TimestampUnwrapper();
        for (long i = 65_000; i < 400_000; i++) {
            assertThat(sequences.unwrap((int) (i & 0xffff))).isEqualTo(i);
        }
        assertThat(sequences.unwrap(399_990 & 0xffff)).isEqualTo(399_990);
        for (long t = 0xffff_0000L; t < 0x5_0000_0000L; t += 0x1000_0000L) {
            assertThat(timestamps.unwrap(t & 0xffff_ffffL)).isEqualTo(t);
        }
        sequences.reset();
        assertThat(sequences.unwrap(0)).isZero();
        assertThat(sequences.unwrap(65_535)).isEqualTo(-1);
    }
}
