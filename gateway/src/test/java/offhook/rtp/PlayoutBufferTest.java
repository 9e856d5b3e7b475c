package offhook.rtp;

import static offhook.rtp.PlayoutSimulation.MILLI;
import static offhook.rtp.PlayoutSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.rtp.PlayoutBuffer.Arrival;
import offhook.rtp.PlayoutBuffer.Playout;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class PlayoutBufferTest {

    private static final long FRAME = 20 * MILLI;

    @Test
    public void aCleanLinkIsDelayedByNoMoreThanThreeMilliseconds() {
        PlayoutSimulation link = new PlayoutSimulation();
        Random random = new Random(1);
        long start = 7 * MILLI;
        for (int i = 0; i < 3000; i++) {
            link.packet(start + i * FRAME + random.nextInt(500_000), 960);
        }
        link.run(0, start + 3000 * FRAME);

        assertThat(link.delayMillis(0.95, 0, 60 * SECOND)).isLessThan(3.0);
        assertThat(link.delayMillis(1.0, 2 * SECOND, 60 * SECOND)).isLessThan(3.0);
        assertThat(link.idsPlayed()).hasSizeGreaterThan(2998).isSorted();
        assertThat(link.count(Playout.CONCEAL, 0, 60 * SECOND)).isZero();
        assertThat(link.buffer.lost()).isZero();
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        figures("clean 0.5 ms", link, 0, 60 * SECOND);
    }

    @DataProvider
    Object[][] startPhases() {
        return IntStream.range(0, 20).mapToObj(i -> new Object[] {i}).toArray(Object[][]::new);
    }

    @Test(dataProvider = "startPhases")
    public void anyPhaseOfTheTicksIsSteeredToThePacketsWithoutAHole(int phaseMillis) {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 200; i++) {
            link.packet(SECOND + phaseMillis * MILLI + i * FRAME, 960);
        }
        link.run(0, SECOND + 200 * FRAME);

        assertThat(link.count(Playout.CONCEAL, 0, 5 * SECOND - FRAME)).isZero();
        assertThat(link.delayMillis(1.0, 2 * SECOND, 5 * SECOND)).isBetween(1.4, 3.0);
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
    }

    @DataProvider
    Object[][] jitters() {
        return new Object[][] {{5}, {10}, {30}, {60}};
    }

    @Test(dataProvider = "jitters")
    public void uniformJitterCostsItsWidthAndAlmostNoFrames(int jitterMillis) {
        PlayoutSimulation link = new PlayoutSimulation();
        Random random = new Random(2);
        for (int i = 0; i < 6000; i++) {
            link.packet(i * FRAME + random.nextInt(jitterMillis * 1_000_000), 960);
        }
        link.run(0, 6000 * FRAME);

        // From media time to tick: the width, the margin, and the coarseness of 20 ms steps.
        assertThat(link.buffer.targetNanos() / 1e6)
                .isBetween(0.5 * jitterMillis, jitterMillis + 3.0);
        assertThat(link.count(Playout.FRAME, 2 * SECOND, 120 * SECOND)).isGreaterThan(5600);
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        figures("jitter " + jitterMillis + " ms", link, 2 * SECOND, 120 * SECOND);
    }

    @DataProvider
    Object[][] drifts() {
        return new Object[][] {{200}, {-200}};
    }

    @Test(dataProvider = "drifts")
    public void anHourOfDriftNeitherGrowsTheBufferNorClicks(int ppm) {
        PlayoutSimulation link = new PlayoutSimulation();
        Random random = new Random(3);
        int packets = 180_000;
        long frame = FRAME + FRAME * ppm / 1_000_000;
        for (int i = 0; i < packets; i++) {
            link.packet(i * frame + random.nextInt(1_000_000), 960);
        }
        link.run(0, packets * frame);

        long hour = packets * frame;
        assertThat(link.delayMillis(1.0, 2 * SECOND, hour)).isLessThan(4.0);
        assertThat(link.count(Playout.FRAME, 0, hour)).isGreaterThan(packets - 3);
        assertThat(link.count(Playout.CONCEAL, 0, hour)).isZero();
        assertThat(link.count(Playout.SHORTEN, 0, hour)).isZero();
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        figures("drift " + ppm + " ppm, 1 h", link, 0, hour);
    }

    @Test
    public void burstsOfFiveCostNoSilenceInSteadyStateAndAreForgottenWithinThreeSeconds() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 500; i++) {
            link.packet(i * FRAME, 960);
        }
        for (int i = 500; i < 1500; i++) {
            link.packet((i / 5 * 5 + 4) * FRAME, 960);
        }
        for (int i = 1500; i < 2500; i++) {
            link.packet(i * FRAME, 960);
        }
        link.run(0, 2500 * FRAME);

        assertThat(link.count(Playout.CONCEAL, 11 * SECOND, 30 * SECOND)).isZero();
        assertThat(link.count(Playout.SILENCE, 11 * SECOND, 30 * SECOND)).isZero();
        assertThat(link.count(Playout.CONCEAL, 10 * SECOND, 11 * SECOND)).isLessThan(12);
        assertThat(link.delayMillis(1.0, 33 * SECOND, 50 * SECOND)).isLessThan(4.0);
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        figures("bursts, before", link, SECOND, 10 * SECOND);
        figures("bursts, onset 1 s", link, 10 * SECOND, 11 * SECOND);
        figures("bursts, steady", link, 11 * SECOND, 30 * SECOND);
        figures("bursts, 3 s after", link, 30 * SECOND, 33 * SECOND);
        figures("bursts, later", link, 33 * SECOND, 50 * SECOND);
    }

    @Test
    public void aMinuteOfDtxIsSilenceAndNeitherLossNorReplay() {
        PlayoutSimulation link = new PlayoutSimulation();
        long now = 0;
        for (int i = 0; i < 250; i++, now += FRAME) {
            link.packet(now, 960);
        }
        for (int i = 0; i < 150; i++, now += 20 * FRAME) {
            link.packet(now, 960).pause(19 * 960);
        }
        int talk = link.arrivalOf.size();
        for (int i = 0; i < 250; i++, now += FRAME) {
            link.packet(now, 960);
        }
        link.run(0, now);

        assertThat(link.buffer.lost()).isZero();
        assertThat(link.buffer.late()).isZero();
        assertThat(link.idsPlayed()).isSorted().doesNotHaveDuplicates().hasSizeBetween(649, 650);
        assertThat(link.ticks().length).isBetween((int) (now / FRAME) - 2, (int) (now / FRAME) + 2);
        assertThat(link.arrivals).containsOnly(Arrival.RESTARTED, Arrival.ACCEPTED);
        assertThat(link.delayMillis(0.95, SECOND, now)).isLessThan(3.0);
        assertThat(link.idsPlayed()).contains(talk, talk + 1, talk + 2);
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        figures("DTX 60 s", link, 0, now);
    }

    @Test
    public void muteForAMinuteIsPlayedOnFromTheFirstPacket() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 100; i++) {
            link.packet(i * FRAME, 960);
        }
        link.pause(3000 * 960);
        long back = 3100 * FRAME + 11 * MILLI;
        for (int i = 0; i < 100; i++) {
            link.packet(back + i * FRAME, 960);
        }
        link.run(0, back + 100 * FRAME);

        assertThat(link.idsPlayed()).startsWith(0, 1).contains(99, 100, 101, 198).isSorted();
        assertThat(link.count(Playout.FRAME, back, back + 60 * MILLI)).isGreaterThanOrEqualTo(2);
        assertThat(link.count(Playout.CONCEAL, 3 * SECOND, back + SECOND)).isZero();
        assertThat(link.buffer.lost()).isZero();
        assertThat(link.delayMillis(1.0, back + SECOND, back + 2 * SECOND)).isLessThan(3.0);
    }

    @Test
    public void aLostFrameIsRecoveredFromTheNextOneIfThatIsThereAndConcealedOtherwise() {
        PlayoutSimulation jittery = new PlayoutSimulation();
        Random random = new Random(4);
        for (int i = 0; i < 1000; i++) {
            if (i % 20 == 10) {
                jittery.lost(960);
            } else {
                jittery.packet(i * FRAME + random.nextInt(50) * MILLI, 960);
            }
        }
        jittery.run(0, 1000 * FRAME);

        assertThat(jittery.buffer.lost()).isBetween(50L, 53L);
        assertThat(jittery.count(Playout.FEC_AVAILABLE, 0, 20 * SECOND)).isGreaterThan(30);
        figures("jitter 50 ms, 5 % loss", jittery, 0, 20 * SECOND);
    }

    @Test
    public void lossWithoutRedundancyIsCountedExactlyAndDelaysNothing() {
        PlayoutSimulation link = new PlayoutSimulation();
        link.redundant = false;
        Random random = new Random(5);
        int lost = 0;
        for (int i = 0; i < 3000; i++) {
            if (i > 10 && i < 2990 && random.nextInt(20) == 0) {
                link.lost(960);
                lost++;
            } else {
                link.packet(i * FRAME + random.nextInt(500_000), 960);
            }
        }
        link.run(0, 3000 * FRAME);

        assertThat(link.buffer.lost()).isEqualTo(lost);
        assertThat(link.delayMillis(0.95, 0, 60 * SECOND)).isLessThan(3.0);
        figures("clean, 5 % loss", link, 0, 60 * SECOND);
    }

    @DataProvider
    Object[][] durations() {
        return new Object[][] {{480}, {1920}, {2880}};
    }

    @Test(dataProvider = "durations")
    public void packetsOfOtherDurationsFillTheirTicksExactly(int units) {
        PlayoutSimulation link = new PlayoutSimulation();
        long duration = units * 1_000_000L / 48;
        int packets = (int) (20 * SECOND / duration);
        for (int i = 0; i < packets; i++) {
            link.packet(i * duration, units);
        }
        link.run(0, 20 * SECOND);

        assertThat(link.count(Playout.FRAME, 0, 20 * SECOND))
                .isBetween(packets - 3L, (long) packets);
        assertThat(link.count(Playout.CONCEAL, 0, 19 * SECOND)).isLessThanOrEqualTo(1);
        assertThat(link.ticks().length).isCloseTo(1000, within(3));
        // Of two packets of 10 ms in a tick the first waits for the second.
        assertThat(link.delayMillis(1.0, 2 * SECOND, 20 * SECOND))
                .isLessThan(units == 480 ? 13 : 3);
        figures("packets of " + duration / MILLI + " ms", link, SECOND, 20 * SECOND);
    }

    @Test
    public void aMixOfDurationsLosesNothing() {
        PlayoutSimulation link = new PlayoutSimulation();
        int[] units = {480, 960, 2880, 1920, 960, 480, 480};
        long media = 0;
        for (int i = 0; i < 2000; i++) {
            int u = units[i % units.length];
            media += u;
            // A packet leaves when its audio is complete.
            link.packet(media * 1_000_000 / 48, u);
        }
        long end = media * 1_000_000 / 48;
        link.run(0, end);

        assertThat(link.buffer.lost()).isZero();
        assertThat(link.count(Playout.FRAME, 0, end)).isGreaterThan(1980);
        assertThat(link.count(Playout.CONCEAL, 2 * SECOND, end)).isZero();
        figures("10/20/40/60 ms mixed", link, 2 * SECOND, end);
    }

    @Test
    public void reorderedPacketsPlayInOrderAndCopiesOnce() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 1000; i++) {
            // Each tenth packet is overtaken by its successor.
            link.packet(i * FRAME + (i % 10 == 5 ? 25 * MILLI : 0), 960);
            if (i % 7 == 3) {
                link.sequence--;
                link.timestamp -= 960;
                link.packet(i * FRAME + 30 * MILLI, 960);
            }
        }
        link.run(0, 1000 * FRAME);

        assertThat(link.idsPlayed()).isSorted().doesNotHaveDuplicates();
        assertThat(link.buffer.lost()).isLessThan(6);
        assertThat(link.arrivals.stream().filter(a -> a == Arrival.DUPLICATE).count())
                .isGreaterThan(130);
        figures("reorder 10 %", link, 2 * SECOND, 20 * SECOND);
    }

    @DataProvider
    Object[][] restarts() {
        return new Object[][] {
            {"SSRC", 0x9999, 0, 0L},
            {"SSRC, all anew", 0x9999, 20_000, 3_000_000_000L},
            {"sequence", 0x1234, 20_000, 0L},
            {"sequence back", 0x1234, -20_000, 0L},
            {"timestamp", 0x1234, 0, 2_000_000_000L},
            {"timestamp back", 0x1234, 0, -2_000_000_000L},
            {"timestamp by 1 s", 0x1234, 0, 48_000L},
            {"timestamp back by 1 s", 0x1234, 0, -48_000L}
        };
    }

    @Test(dataProvider = "restarts")
    public void audioIsBackWithin200MillisecondsOfARestart(
            String what, int ssrc, int sequenceJump, long timestampJump) {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 200; i++) {
            link.packet(i * FRAME, 960);
        }
        link.ssrc = ssrc;
        link.sequence += sequenceJump;
        link.timestamp += timestampJump;
        for (int i = 200; i < 400; i++) {
            link.packet(i * FRAME, 960);
        }
        link.run(0, 400 * FRAME);

        long jump = 200 * FRAME;
        assertThat(link.count(Playout.FRAME, jump, jump + 200 * MILLI))
                .as(what)
                .isGreaterThanOrEqualTo(6);
        assertThat(link.count(Playout.FRAME, jump + 200 * MILLI, jump + SECOND)).isEqualTo(40);
        assertThat(link.buffer.lost()).isLessThan(5);
        assertThat(link.delayMillis(1.0, jump + SECOND, 8 * SECOND)).isLessThan(3.0);
    }

    @Test
    public void aLonePacketOfAnotherTimestampLineChangesNothing() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 400; i++) {
            if (i == 200) {
                link.timestamp += 100_000_000;
                link.packet(i * FRAME, 960);
                link.timestamp -= 100_000_000;
            } else {
                link.packet(i * FRAME, 960);
            }
        }
        link.run(0, 400 * FRAME);

        assertThat(link.count(Playout.FRAME, 0, 8 * SECOND)).isBetween(397L, 399L);
        assertThat(link.delayMillis(1.0, SECOND, 8 * SECOND)).isLessThan(3.0);
    }

    @Test
    public void whatAnOutageHeldBackIsNotPlayedLate() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 600; i++) {
            boolean heldBack = i >= 200 && i < 250;
            link.packet(heldBack ? 250 * FRAME : i * FRAME, 960);
        }
        link.run(0, 600 * FRAME);

        long back = 250 * FRAME;
        assertThat(link.delayMillis(1.0, back + 200 * MILLI, 12 * SECOND)).isLessThan(25.0);
        assertThat(link.delayMillis(1.0, back + 2 * SECOND, 12 * SECOND)).isLessThan(4.0);
        assertThat(link.count(Playout.FRAME, back, back + 200 * MILLI)).isGreaterThanOrEqualTo(8);
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
    }

    @Test
    public void aLongerPathIsFollowedUpAndDown() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 3000; i++) {
            long path = i >= 1000 && i < 2000 ? 70 * MILLI : 0;
            link.packet(i * FRAME + path, 960);
        }
        link.run(0, 3000 * FRAME);

        assertThat(link.delayMillis(1.0, 25 * SECOND, 40 * SECOND)).isLessThan(3.0);
        assertThat(link.delayMillis(1.0, 43 * SECOND, 60 * SECOND)).isLessThan(3.0);
        assertThat(link.count(Playout.CONCEAL, 23 * SECOND, 40 * SECOND)).isZero();
        figures("path +70 ms", link, 20 * SECOND, 22 * SECOND);
        figures("path -70 ms", link, 40 * SECOND, 42 * SECOND);
    }

    @Test
    public void aQuietFrameIsLeftOutBeforeALoudOne() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 2000; i++) {
            link.quiet = i % 4 == 0;
            link.packet((i < 1000 ? i / 5 * 5 + 4 : i) * FRAME, 960);
        }
        link.run(0, 2000 * FRAME);

        var left =
                link.played.stream()
                        .filter(p -> p.what() == Playout.SHORTEN && p.atNanos() > 20 * SECOND)
                        .map(PlayoutSimulation.Played::id)
                        .collect(Collectors.toList());
        assertThat(left).isNotEmpty().allMatch(id -> id % 4 == 0);
    }

    @Test
    public void threeHoursWrapSequencesAndTimestampsUnheard() {
        PlayoutSimulation link = new PlayoutSimulation();
        link.timestamp = 0xffff_ffffL - 3600L * 48_000;
        int packets = 3 * 180_000;
        for (int i = 0; i < packets; i++) {
            link.packet(i * FRAME, 960);
        }
        link.run(0, packets * FRAME);

        assertThat(link.count(Playout.FRAME, 0, packets * FRAME)).isGreaterThan(packets - 3);
        assertThat(link.count(Playout.CONCEAL, 0, packets * FRAME)).isZero();
        assertThat(link.buffer.lost()).isZero();
    }

    @Test
    public void eachPacketIsPlayedDroppedLateOrLostAndCountedOnce() {
        Random random = new Random(8);
        for (int round = 0; round < 50; round++) {
            PlayoutSimulation link = new PlayoutSimulation();
            int jitter = 1 + random.nextInt(200);
            int sent = 0;
            int lost = 0;
            for (int i = 0; i < 1000; i++) {
                if (i > 5 && i < 990 && random.nextInt(12) == 0) {
                    link.lost(960);
                    lost++;
                } else {
                    long late = i > 5 && i < 990 ? random.nextInt(jitter) * MILLI : 0;
                    link.packet(i * FRAME + late, 960);
                    sent++;
                    if (random.nextInt(30) == 0) {
                        link.sequence--;
                        link.timestamp -= 960;
                        link.packet(i * FRAME + late + random.nextInt(400) * MILLI, 960);
                    }
                }
            }
            link.run(0, 1000 * FRAME + SECOND);

            PlayoutBuffer buffer = link.buffer;
            assertThat(buffer.lost()).as("round %d", round).isEqualTo(lost);
            assertThat(buffer.played() + buffer.late() + buffer.dropped()).isEqualTo(sent);
            assertThat(buffer.recovered())
                    .isEqualTo(link.count(Playout.FEC_AVAILABLE, 0, 22 * SECOND))
                    .isLessThanOrEqualTo(buffer.lost() + buffer.late());
            assertThat(buffer.concealedMillis())
                    .isEqualTo(20 * link.count(Playout.CONCEAL, 0, 22 * SECOND));
        }
    }

    @Test
    public void redundancyIsUsedWhenTheNextPacketComesLateButBeforeTheTick() {
        // 60 ms of jitter: a lost packet's tick comes long after the next packet should have.
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 200; i++) {
            link.packet(i * FRAME + (i % 5 == 0 ? 60 : 0) * MILLI, 960);
        }
        link.lost(960);
        int next = link.arrivalOf.size();
        // Late by 30 ms, and yet 10 ms before the lost packet's tick.
        link.packet(201 * FRAME + 30 * MILLI, 960);
        for (int i = 202; i < 220; i++) {
            link.packet(i * FRAME, 960);
        }
        link.run(0, 220 * FRAME);

        assertThat(link.buffer.recovered()).isEqualTo(1);
        assertThat(link.buffer.lost()).isEqualTo(1);
        int at = indexOf(link, Playout.FEC_AVAILABLE);
        assertThat(link.played.get(at + 1).id()).isEqualTo(next);
        assertThat(link.count(Playout.CONCEAL, 200 * FRAME, 220 * FRAME)).isZero();
    }

    @Test
    public void aPacketWithoutRedundancyIsNotAskedForIt() {
        PlayoutSimulation link = new PlayoutSimulation();
        link.redundant = false;
        for (int i = 0; i < 200; i++) {
            if (i == 150) {
                link.lost(960);
            } else {
                link.packet(i * FRAME + (i % 5 == 0 ? 60 : 0) * MILLI, 960);
            }
        }
        link.run(0, 200 * FRAME);

        assertThat(link.buffer.recovered()).isZero();
        assertThat(link.buffer.lost()).isEqualTo(1);
    }

    @Test
    public void aLongOutageIsCountedExactly() {
        for (int gone : new int[] {5, 31, 32, 33, 96, 97, 127, 128, 129, 500, 2000}) {
            PlayoutSimulation link = new PlayoutSimulation();
            for (int i = 0; i < 400 + gone; i++) {
                if (i >= 200 && i < 200 + gone) {
                    link.lost(960);
                } else {
                    link.packet(i * FRAME, 960);
                }
            }
            link.run(0, (400 + gone) * FRAME);

            assertThat(link.buffer.lost()).as("%d gone", gone).isEqualTo(gone);
            assertThat(link.buffer.played()).isBetween(399L, 400L);
        }
    }

    @Test
    public void digitsAmongTheAudioAreNotLost() {
        PlayoutSimulation link = new PlayoutSimulation();
        int lost = 0;
        for (int i = 0; i < 1000; i++) {
            if (i % 50 >= 40) {
                link.other(i * FRAME).pause(960);
            } else if (i % 50 == 20) {
                link.lost(960);
                lost++;
            } else {
                link.packet(i * FRAME, 960);
            }
        }
        link.run(0, 1000 * FRAME);

        assertThat(link.buffer.lost()).isEqualTo(lost);
        assertThat(link.buffer.late()).isZero();
        assertThat(link.buffer.played()).isBetween(1000L - 200 - lost - 1, 1000L - 200 - lost);
    }

    private static int indexOf(PlayoutSimulation link, Playout what) {
        return IntStream.range(0, link.played.size())
                .filter(i -> link.played.get(i).what() == what)
                .findFirst()
                .orElseThrow();
    }

    @Test
    public void anUnknownStreamIsSilenceForEachTick() {
        PlayoutSimulation link = new PlayoutSimulation().run(0, 10 * SECOND);

        assertThat(link.count(Playout.SILENCE, 0, 10 * SECOND)).isEqualTo(500);
    }

    @Test
    public void aPauseAfterAQuietFrameIsSilenceFromTheStart() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 100; i++) {
            link.quiet = i > 80;
            link.packet(i * FRAME, 960);
        }
        link.run(0, 4 * SECOND);

        assertThat(link.count(Playout.CONCEAL, 0, 4 * SECOND)).isZero();
        assertThat(link.count(Playout.SILENCE, 2 * SECOND, 4 * SECOND)).isBetween(98L, 100L);
    }

    @Test
    public void aLoopThatComesLateCatchesUpOrLeavesTicksOut() {
        PlayoutBuffer buffer = new PlayoutBuffer(48_000);
        buffer.start(0);

        int ticks = 0;
        while (buffer.poll(199 * MILLI) != Playout.NOT_DUE) {
            ticks++;
        }
        assertThat(ticks).isEqualTo(10);
        assertThat(buffer.missedTicks()).isZero();

        assertThat(buffer.poll(1001 * MILLI)).isEqualTo(Playout.SILENCE);
        assertThat(buffer.poll(1001 * MILLI)).isEqualTo(Playout.NOT_DUE);
        assertThat(buffer.missedTicks()).isEqualTo(40);
        assertThat(buffer.nextTickNanos()).isEqualTo(1020 * MILLI);
    }

    @Test
    public void hostileNumbersNeverStopTheTicks() {
        long seed = 20260101;
        System.out.println("PlayoutBufferTest seed " + seed);
        Random random = new Random(seed);
        for (int round = 0; round < 20; round++) {
            PlayoutSimulation link = new PlayoutSimulation();
            for (int i = 0; i < 2000; i++) {
                if (random.nextInt(4) == 0) {
                    link.sequence = random.nextInt(65536);
                }
                if (random.nextInt(4) == 0) {
                    link.timestamp = random.nextInt() & 0xffff_ffffL;
                }
                if (random.nextInt(8) == 0) {
                    link.ssrc = random.nextInt(3);
                }
                link.packet(i * FRAME + random.nextInt(200) * MILLI, 120 + random.nextInt(5 * 960));
            }
            link.run(0, 2000 * FRAME);

            assertThat(link.ticks().length).isCloseTo(2000, within(52));
            assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
        }
    }

    private static void figures(String what, PlayoutSimulation link, long from, long to) {
        System.out.printf(
                "playout %-24s delay ms p50 %5.2f p95 %5.2f max %6.2f; frames %d conceal %d fec %d"
                        + " silence %d shorten %d; lost %d late %d inserted %d%n",
                what,
                link.delayMillis(0.5, from, to),
                link.delayMillis(0.95, from, to),
                link.delayMillis(1.0, from, to),
                link.count(Playout.FRAME, from, to),
                link.count(Playout.CONCEAL, from, to),
                link.count(Playout.FEC_AVAILABLE, from, to),
                link.count(Playout.SILENCE, from, to),
                link.count(Playout.SHORTEN, from, to),
                link.buffer.lost(),
                link.buffer.late(),
                link.buffer.inserted());
    }
}
