package offhook.e2e.wan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.testng.annotations.Test;

public class ImpairmentTest {
    private static final long MILLI = 1_000_000;
    private static final int PACKETS = 20_000;

    /// A packet of G.711, which with its headers takes 200 bytes of IP.
    private static final int BYTES = 172;

    /// A stream of 20 ms and what becomes of it: each delivery, in the order of sending.
    private static List<Delivered> run(Impairment impairment, int packets) {
        List<Delivered> out = new ArrayList<>();
        for (int i = 0; i < packets; i++) {
            Impairment.Fate fate = impairment.next(BYTES, 20 * MILLI * i);
            for (int copy = 0; copy < fate.copies(); copy++) {
                out.add(new Delivered(i, fate.atNanos()));
            }
        }
        return out;
    }

    private record Delivered(int packet, long atNanos) {
        double delayMillis() {
            return (double) (atNanos - 20 * MILLI * packet) / MILLI;
        }
    }

    private static List<Delivered> run(Script script) {
        return run(new Impairment(script), PACKETS);
    }

    @Test
    public void cleanLinkDeliversEverythingAtOnce() {
        List<Delivered> all = run(Script.clean(1));

        assertThat(all).hasSize(PACKETS).allMatch(d -> d.delayMillis() == 0);
    }

    @Test
    public void sameSeedGivesTheSameLuckAndAnotherSeedDoesNot() {
        Script script = Script.clean(7).losing(5).delaying(50).jitteringBy(30).reordering(2);

        assertThat(run(script)).isEqualTo(run(script));
        assertThat(run(script)).isNotEqualTo(run(script.seeded(8)));
    }

    /// What is lost otherwise takes no luck away: packet n meets the same dice.
    @Test
    public void luckBelongsToThePacketNotToWhatCameBefore() {
        List<Integer> plain = packets(run(Script.clean(3).losing(10)));
        List<Integer> cut = packets(run(Script.clean(3).losing(10).cut(0, 10_000)));

        assertThat(cut).isEqualTo(plain.stream().filter(i -> i >= 500).toList());
    }

    private static List<Integer> packets(List<Delivered> delivered) {
        return delivered.stream().map(Delivered::packet).toList();
    }

    @Test
    public void lossIsAsFrequentAsAsked() {
        var impairment = new Impairment(Script.clean(4).losing(5));
        run(impairment, PACKETS);

        assertThat(100.0 * impairment.tally().lost() / PACKETS).isCloseTo(5, within(0.6));
        assertThat(impairment.tally().offered()).isEqualTo(PACKETS);
    }

    @Test
    public void burstsAreAsFrequentAndAsLongAsAsked() {
        List<Integer> came = packets(run(Script.clean(5).losingInBursts(5, 4)));
        int gaps = 0;
        int missing = 0;
        for (int i = 1; i < came.size(); i++) {
            int gap = came.get(i) - came.get(i - 1) - 1;
            gaps += gap > 0 ? 1 : 0;
            missing += gap;
        }

        assertThat(100.0 * missing / PACKETS).isCloseTo(5, within(1.0));
        assertThat((double) missing / gaps).isCloseTo(4, within(0.6));
    }

    @Test
    public void uniformJitterStaysInItsBoundsAndKeepsTheOrder() {
        List<Delivered> all = run(Script.clean(6).delaying(50).jitteringBy(30));

        assertThat(all).hasSize(PACKETS).allMatch(d -> d.delayMillis() >= 20);
        assertThat(all).allMatch(d -> d.delayMillis() <= 80);
        assertThat(all).anyMatch(d -> d.delayMillis() < 25).anyMatch(d -> d.delayMillis() > 75);
        assertThat(all.stream().map(Delivered::atNanos).toList()).isSorted();
    }

    @Test
    public void normalJitterHasItsDeviation() {
        // So slow a stream that keeping the order changes nothing.
        var impairment = new Impairment(Script.clean(6).delaying(100).jitteringNormally(10));
        double[] delays =
                LongStream.range(0, PACKETS)
                        .mapToDouble(i -> {
                            long at = 1000 * MILLI * i;
                            return (double) (impairment.next(BYTES, at).atNanos() - at) / MILLI;
                        })
                        .toArray();
        double mean = java.util.Arrays.stream(delays).average().orElseThrow();
        double variance =
                java.util.Arrays.stream(delays)
                        .map(d -> (d - mean) * (d - mean))
                        .average()
                        .orElseThrow();

        assertThat(mean).isCloseTo(100, within(0.5));
        assertThat(Math.sqrt(variance)).isCloseTo(10, within(0.4));
    }

    @Test
    public void reorderedPacketsComeRightAfterTheNext() {
        var impairment = new Impairment(Script.clean(8).delaying(10).reordering(2));
        List<Integer> order =
                run(impairment, PACKETS).stream()
                        .sorted(java.util.Comparator.comparingLong(Delivered::atNanos))
                        .map(Delivered::packet)
                        .toList();
        long behind = 0;
        for (int i = 1; i < order.size(); i++) {
            behind += order.get(i) < order.get(i - 1) ? 1 : 0;
        }

        assertThat(100.0 * behind / PACKETS).isCloseTo(2, within(0.4));
        assertThat(order).hasSize(PACKETS);
        for (int i = 0; i < order.size(); i++) {
            assertThat(Math.abs(order.get(i) - i)).as("packet %d", order.get(i)).isLessThan(4);
        }
    }

    @Test
    public void duplicatesComeTwiceInARow() {
        var impairment = new Impairment(Script.clean(9).duplicating(1));
        List<Delivered> all = run(impairment, PACKETS);

        assertThat(100.0 * (all.size() - PACKETS) / PACKETS).isCloseTo(1, within(0.3));
        assertThat(all.size() - PACKETS).isEqualTo((int) impairment.tally().duplicated());
    }

    /// 200 bytes each 20 ms are 80 kbit/s: of 64, a fifth is too much.
    @Test
    public void bottleneckPassesItsRateAndLosesWhatFindsTheQueueFull() {
        var impairment = new Impairment(Script.clean(10).limitedTo(64, 150));
        List<Delivered> all = run(impairment, PACKETS);

        double seconds = (all.getLast().atNanos() - all.getFirst().atNanos()) / 1e9;
        assertThat(all.size() * 200 * 8 / 1000.0 / seconds).isCloseTo(64, within(0.5));
        assertThat((double) impairment.tally().overflowed() / PACKETS).isCloseTo(0.2, within(0.01));
        assertThat(all).allMatch(d -> d.delayMillis() <= 150 + 25);
    }

    @Test
    public void whatFitsTheRateWaitsForItsOwnLengthOnly() {
        List<Delivered> all = run(Script.clean(10).limitedTo(100, 150));

        assertThat(all).hasSize(PACKETS).allMatch(d -> d.delayMillis() == 16);
    }

    @Test
    public void cutLosesEverythingAndNothingElse() {
        List<Integer> came = packets(run(Script.clean(11).cut(1000, 3000)));

        assertThat(came).hasSize(PACKETS - 100).doesNotContain(50, 149).contains(49, 150);
    }

    @Test
    public void cutsComeAgain() {
        List<Integer> came =
                packets(run(new Impairment(Script.clean(11).cuttingEvery(1000, 200)), 500));

        assertThat(came).hasSize(400).contains(0, 39, 50, 89, 450).doesNotContain(40, 49, 490, 499);
    }

    @Test
    public void whatIsHeldComesAtOnceAndInOrder() {
        List<Delivered> all = run(new Impairment(Script.clean(12).holdingEvery(1000, 200)), 100);

        assertThat(packets(all)).isSorted().hasSize(100);
        assertThat(all.subList(40, 50)).allMatch(d -> d.atNanos() == 1000 * MILLI);
        assertThat(all.subList(50, 90)).allMatch(d -> d.delayMillis() == 0);
    }
}
