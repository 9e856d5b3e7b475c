package offhook.e2e.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import offhook.e2e.bench.Quantiles;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Pcm;
import offhook.e2e.speech.Speech;
import offhook.e2e.speech.Voice;
import offhook.e2e.wan.Script;
import org.testng.Reporter;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What becomes of calls while the network of one end is bad, and afterwards.
///
/// All calls are made at once, on one gateway: first every link is clean, then each is as bad as
/// its row says, then all are clean again. The rows are judged afterwards, by the sound that came
/// out at the far ends.
@Test(groups = {"e2e", "media", "alone"})
public class BadNetworkIT {
    private static final long MILLI = 1_000_000;
    private static final long SECOND = 1000 * MILLI;
    private static final long BEFORE_NANOS = 8 * SECOND;
    private static final long STRETCH_NANOS = 8 * SECOND;
    private static final int STRETCHES = 6;
    private static final long BAD_NANOS = STRETCHES * STRETCH_NANOS + SECOND;
    private static final long AFTER_NANOS = 15 * SECOND;

    private static final int TO_WEB = 0;
    private static final int TO_PHONE = 1;
    private static final String[] WHERE = {"at the browser", "at the phone"};

    /// A cut begins so long after the bad time did.
    private static final long CUT_MILLIS = 1000;

    /// How much later than the fastest packet the playout buffer may play.
    private static final double MOST_BUFFERED_MILLIS = 120;

    /// How far the delay of a call on clean links may wander.
    private static final double WANDERING_MILLIS = 15;

    /// How well calls on clean links are heard on a machine that has time for them.
    private static final double UNDISTURBED_STOI = 0.985;

    /// Stretches of which a busy machine took more than this prove nothing.
    private static final double MOST_TAKEN_STOI = 0.015;

    private static final Script CLEAN = Script.clean(1);

    /// What is wrong with one link, and how well each end hears the other nevertheless.
    ///
    /// @param stoiToWeb at least, on average
    private record Row(
            String name, Script browser, Script trunk, double stoiToWeb, double stoiToPhone) {
        static Row browser(String name, Script script, double stoiToWeb, double stoiToPhone) {
            return new Row("browser " + name, script, CLEAN, stoiToWeb, stoiToPhone);
        }

        static Row trunk(String name, Script script, double stoiToWeb, double stoiToPhone) {
            return new Row("trunk " + name, CLEAN, script, stoiToWeb, stoiToPhone);
        }

        static Row cut(String name, Script browser, Script trunk) {
            return new Row(name, browser, trunk, 0, 0);
        }

        boolean losesOneByOne() {
            return browser.loss().percent() + trunk.loss().percent() > 0;
        }

        /// The most that its links delay a packet, the queue of a bottleneck included.
        double delayMillis() {
            return Stream.of(browser, trunk)
                    .mapToDouble(s ->
                            s.delay().millis()
                                    + s.delay().jitterMillis()
                                    + s.rate().queueMillis()
                                    + s.outages().stream()
                                            .filter(Script.Outage::held)
                                            .mapToLong(o -> o.toMillis() - o.fromMillis())
                                            .sum())
                    .sum();
        }

        @Override
        public String toString() {
            return name;
        }
    }

    private static final Row CUT_5 = Row.cut("browser cut 5 s", cut(5), CLEAN);
    private static final Row CUT_20 = Row.cut("browser cut 20 s", cut(20), CLEAN);
    private static final Row CUT_40 = Row.cut("browser cut 40 s", cut(40), CLEAN);
    private static final Row SILENT = Row.cut("phone silent 20 s", CLEAN, cut(20));

    private static Script cut(int seconds) {
        return CLEAN.cut(CUT_MILLIS, CUT_MILLIS + 1000L * seconds);
    }

    /// Speech that comes over links as bad as these without a gateway in between has, at 1, 3, 5
    /// and 10 % of loss, a STOI of 0.99, 0.975, 0.965 and 0.93 in Opus without redundancy, 0.99,
    /// 0.987, 0.986 and 0.98 with it, and 0.997, 0.987, 0.98 and 0.96 in G.711.
    private static final List<Row> ROWS =
            List.of(
                    Row.browser("loss 1 %", CLEAN.seeded(11).losing(1), 0.97, 0.97),
                    Row.browser("loss 3 %", CLEAN.seeded(13).losing(3), 0.965, 0.965),
                    Row.browser("loss 5 %", CLEAN.seeded(15).losing(5), 0.96, 0.96),
                    Row.browser("loss 10 %", CLEAN.seeded(20).losing(10), 0.94, 0.94),
                    Row.browser("jitter", jitter(), 0.97, 0.94),
                    Row.browser("disorder", disorder(), 0.97, 0.935),
                    Row.browser("bursts lost", burstsLost(), 0.90, 0.90),
                    Row.browser("bursts held", burstsHeld(), 0.95, 0.88),
                    Row.browser("64 kbit/s", CLEAN.limitedTo(64, 150), 0.97, 0.94),
                    Row.trunk("loss 1 %", CLEAN.seeded(31).losing(1), 0.97, 0.96),
                    Row.trunk("loss 3 %", CLEAN.seeded(33).losing(3), 0.965, 0.95),
                    Row.trunk("loss 5 %", CLEAN.seeded(35).losing(5), 0.95, 0.93),
                    Row.trunk("loss 10 %", CLEAN.seeded(40).losing(10), 0.94, 0.89),
                    Row.trunk("jitter", jitter(), 0.97, 0.95),
                    Row.trunk("disorder", disorder(), 0.96, 0.95),
                    Row.trunk("bursts lost", burstsLost(), 0.90, 0.90),
                    Row.trunk("bursts held", burstsHeld(), 0.95, 0.93),
                    // A fifth of G.711 does not fit.
                    Row.trunk("64 kbit/s", CLEAN.limitedTo(64, 150), 0.85, 0.85));

    private static Script jitter() {
        return CLEAN.seeded(51).delaying(50).jitteringBy(30);
    }

    private static Script disorder() {
        return CLEAN.seeded(52).reordering(2).duplicating(1);
    }

    private static Script burstsLost() {
        return CLEAN.cuttingEvery(4000, 200);
    }

    private static Script burstsHeld() {
        return CLEAN.holdingEvery(4000, 200);
    }

    private final Map<Row, Line> lines = new LinkedHashMap<>();
    private final List<Line> controls = new ArrayList<>();
    private Line hurried;

    /// Both ways of each call, as far as they are over: first to the browser, then to the phone.
    private final Map<Line, List<Way>> kept = new HashMap<>();

    /// What the machine took from the calls on clean links, by way and stretch.
    private final double[][] takenByMachine = new double[2][STRETCHES];

    /// Of each way, those of the calls on clean links.
    private List<List<Delays>> controlDelays;

    private Exchange exchange;
    private long badNanos;
    private long goodNanos;
    private long endNanos;

    @BeforeClass
    public void makeAllCalls() {
        Path folder = Exchange.folder(BadNetworkIT.class);
        Pcm caller = Pcm.read(Speech.of(Voice.CALLER, folder).wav8k());
        Pcm agent = Pcm.read(Speech.of(Voice.AGENT, folder).wav8k());
        Talk callerSays = Talk.pcma(caller);
        Talk agentSays = Talk.opus(agent);
        Talk agentFights = Talk.opusAgainstLoss(agent, 10);
        Talk callerHurries = Talk.pcma(Talk.breathless(caller));
        Talk agentHurries = Talk.opus(Talk.breathless(agent));
        List<Row> cuts = List.of(CUT_5, CUT_20, CUT_40, SILENT);
        exchange =
                Exchange.start(
                        BadNetworkIT.class,
                        ROWS.size() + cuts.size() + 3,
                        yaml -> yaml.replace("agents:\n", "agents:\n  grace-seconds: 30\n"));
        controls.add(exchange.call("control", callerSays, agentSays));
        controls.add(exchange.call("control", callerSays, agentSays));
        hurried = exchange.call("uncut", callerHurries, agentHurries);
        for (Row row : ROWS) {
            Talk web = row.browser.loss().percent() > 0 ? agentFights : agentSays;
            lines.put(row, exchange.call(row.name, callerSays, web));
        }
        for (Row row : cuts) {
            lines.put(row, exchange.call(row.name, callerHurries, agentHurries));
        }
        pause(BEFORE_NANOS);
        badNanos = System.nanoTime();
        lines.forEach(BadNetworkIT::impair);
        pause(BAD_NANOS);
        goodNanos = System.nanoTime();
        lines.values()
                .forEach(line -> {
                    line.browser().clear();
                    line.trunk().clear();
                });
        pause(AFTER_NANOS);
        endNanos = System.nanoTime();
        Stream.of(lines.values(), controls, List.of(hurried))
                .flatMap(Collection::stream)
                .forEach(line -> kept.put(line, List.of(line.toWeb().get(), line.toPhone().get())));
        IntStream.range(0, 2 * STRETCHES)
                .parallel()
                .forEach(i -> measureControls(i / STRETCHES, i % STRETCHES));
        controlDelays =
                Stream.of(TO_WEB, TO_PHONE)
                        .map(way -> controls.stream().map(line -> delays(line, way)).toList())
                        .toList();
    }

    private void measureControls(int way, int stretch) {
        double stoi =
                controls.stream()
                        .mapToDouble(line -> stoi(line, way, stretch))
                        .average()
                        .orElseThrow();
        takenByMachine[way][stretch] = Math.max(0, UNDISTURBED_STOI - stoi);
    }

    private double stoi(Line line, int way, int stretch) {
        long from = badNanos + stretch * STRETCH_NANOS;
        return kept.get(line).get(way).between(from, from + STRETCH_NANOS).speech().stoi();
    }

    private static void impair(Row row, Line line) {
        line.browser().impair(row.browser);
        if (row.equals(SILENT)) {
            line.trunk().impair(row.trunk, CLEAN);
        } else {
            line.trunk().impair(row.trunk);
        }
    }

    private static void pause(long nanos) {
        long end = System.nanoTime() + nanos;
        for (long left = nanos; left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (exchange != null) {
            exchange.close();
        }
    }

    /// An array, as threads that are given its rows at once ask it for the next one.
    private static Object[][] rows(Predicate<Row> wanted) {
        return ROWS.stream().filter(wanted).map(row -> new Object[] {row}).toArray(Object[][]::new);
    }

    @DataProvider(parallel = true)
    public static Object[][] all() {
        return rows(_ -> true);
    }

    @DataProvider
    public static Object[][] badTrunks() {
        return rows(row -> row.browser.equals(CLEAN));
    }

    @DataProvider
    public static Object[][] badBrowserLinks() {
        return rows(row -> row.trunk.equals(CLEAN));
    }

    @DataProvider
    public static Object[][] shortCuts() {
        return new Object[][] {{CUT_5, 5}, {CUT_20, 20}};
    }

    private Line line(Row row) {
        Line line = lines.get(row);
        assertThat(line).as("the call of %s", row).isNotNull();
        return line;
    }

    /// What a busy machine takes from the calls on clean links in the same seconds is not the row's
    /// doing.
    @Test(dataProvider = "all")
    public void bothHearEachOther(Row row) {
        for (int way = 0; way < 2; way++) {
            List<Integer> stretches = quietStretches(way, row.losesOneByOne() ? STRETCHES : 2);
            double[] heard = new double[stretches.size()];
            double sum = 0;
            for (int i = 0; i < heard.length; i++) {
                heard[i] = stoi(line(row), way, stretches.get(i));
                sum += heard[i] + takenByMachine[way][stretches.get(i)];
            }
            note(
                    "%s: STOI %s %s in stretches %s, of which the machine took %s; %s",
                    row,
                    WHERE[way],
                    text(heard),
                    stretches,
                    text(takenByMachine[way]),
                    way == TO_WEB
                            ? line(row).browser().towardPeer()
                            : line(row).trunk().towardPeer());
            assertThat(sum / heard.length)
                    .as("STOI %s: %s", WHERE[way], text(heard))
                    .isGreaterThanOrEqualTo(way == TO_WEB ? row.stoiToWeb : row.stoiToPhone);
        }
    }

    /// The stretches in which the machine had time for the calls on clean links; the quietest one,
    /// if it never had.
    private List<Integer> quietStretches(int way, int most) {
        List<Integer> quietest =
                IntStream.range(0, STRETCHES)
                        .boxed()
                        .sorted(Comparator.comparingDouble(i -> takenByMachine[way][i]))
                        .toList();
        List<Integer> quiet =
                quietest.stream()
                        .filter(i -> takenByMachine[way][i] <= MOST_TAKEN_STOI)
                        .limit(most)
                        .toList();
        return quiet.isEmpty() ? quietest.subList(0, 1) : quiet;
    }

    @Test(dataProvider = "all")
    public void delayIsBoundedAndSoonAsBefore(Row row) {
        for (int way = 0; way < 2; way++) {
            Delays delays = delays(line(row), way);
            List<Delays> clean = controlDelays.get(way);
            note("%s: delay %s %s; on clean links %s", row, WHERE[way], delays, clean);
            assertThat(delays.before.count()).as("packets before").isGreaterThan(50);
            assertThat(delays.during.count()).as("packets during").isGreaterThan(500);
            assertThat(delays.after.count()).as("packets after").isGreaterThan(50);
            assertThat(delays.during.p95())
                    .as("delay %s while the link is bad", WHERE[way])
                    .isLessThan(
                            Math.max(
                                            most(clean, d -> d.during.p95()),
                                            most(clean, d -> d.before.p50()) + WANDERING_MILLIS)
                                    + row.delayMillis()
                                    + MOST_BUFFERED_MILLIS);
            assertThat(delays.after.p50())
                    .as("delay %s ten seconds later", WHERE[way])
                    .isLessThan(
                            Math.max(delays.before.p50(), most(clean, d -> d.after.p50()))
                                    + WANDERING_MILLIS);
        }
    }

    private static double most(List<Delays> delays, ToDoubleFunction<Delays> figure) {
        return delays.stream().mapToDouble(figure).max().orElseThrow();
    }

    /// By content, in milliseconds: before the link was bad, while it was, and ten seconds later.
    private record Delays(Quantiles before, Quantiles during, Quantiles after) {
        @Override
        public String toString() {
            return "p50/p95 %.0f/%.0f, then %.0f/%.0f, at last %.0f/%.0f ms"
                    .formatted(
                            before.p50(),
                            before.p95(),
                            during.p50(),
                            during.p95(),
                            after.p50(),
                            after.p95());
        }
    }

    private Delays delays(Line line, int way) {
        Way whole = kept.get(line).get(way);
        return new Delays(
                whole.between(badNanos - 6 * SECOND, badNanos - SECOND).delay(),
                whole.between(badNanos, goodNanos - SECOND).delay(),
                whole.between(goodNanos + 10 * SECOND, endNanos - SECOND).delay());
    }

    @Test(dataProvider = "all")
    public void noCallEnds(Row row) {
        assertThat(line(row).hasEnded()).isFalse();
    }

    /// One source, every number once: what the trunk's network did is not the browser's business.
    @Test(dataProvider = "badTrunks")
    public void streamTowardTheBrowserIsWhole(Row row) {
        assertWhole(kept.get(line(row)).get(TO_WEB).heard());
    }

    @Test(dataProvider = "badBrowserLinks")
    public void streamTowardThePhoneIsWhole(Row row) {
        assertWhole(kept.get(line(row)).get(TO_PHONE).heard());
    }

    private static void assertWhole(List<Heard> heard) {
        assertThat(heard).hasSizeGreaterThan(1000);
        for (int i = 1; i < heard.size(); i++) {
            assertThat(heard.get(i).ssrc()).isEqualTo(heard.get(0).ssrc());
            assertThat(heard.get(i).sequence())
                    .as("packet %d of %d", i, heard.size())
                    .isEqualTo((heard.get(i - 1).sequence() + 1) & 0xFFFF);
        }
    }

    @Test(dataProvider = "shortCuts")
    public void audioIsBackASecondAfterACut(Row row, int seconds) {
        Line line = line(row);
        long mendedNanos = badNanos + CUT_MILLIS * MILLI + seconds * SECOND;

        assertThat(line.hasEnded()).isFalse();
        for (int way = 0; way < 2; way++) {
            assertBack(line, way, mendedNanos);
        }
        // It was a cut indeed.
        List<Heard> heard = kept.get(line).get(TO_WEB).heard();
        assertThat(heard)
                .noneMatch(h ->
                        h.atNanos() > mendedNanos - 3 * SECOND
                                && h.atNanos() < mendedNanos - SECOND);
    }

    @Test
    public void phoneMayFallSilentForTwentySeconds() {
        Line line = line(SILENT);
        long mendedNanos = badNanos + CUT_MILLIS * MILLI + 20 * SECOND;

        assertThat(line.hasEnded()).isFalse();
        assertBack(line, TO_WEB, mendedNanos);
        // Meanwhile the phone heard the agent as others did.
        assertThat(packetsInCut(line, mendedNanos))
                .isGreaterThan(packetsInCut(hurried, mendedNanos) / 2);
        assertWhole(kept.get(line).get(TO_PHONE).heard());
        assertWhole(kept.get(line).get(TO_WEB).heard());
    }

    private int packetsInCut(Line line, long mendedNanos) {
        Way toPhone = kept.get(line).get(TO_PHONE);
        return toPhone.between(mendedNanos - 18 * SECOND, mendedNanos).delay().count();
    }

    /// Within a second, or what a call that was never cut needs to be recognized just then.
    private void assertBack(Line line, int way, long mendedNanos) {
        double back = backMillis(line, way, mendedNanos);
        double uncut = backMillis(hurried, way, mendedNanos);
        note("%s: heard %s after %.0f ms, uncut %.0f ms", line.name(), WHERE[way], back, uncut);
        assertThat(back)
                .as("milliseconds until heard %s", WHERE[way])
                .isLessThanOrEqualTo(1000 + uncut);
    }

    private double backMillis(Line line, int way, long mendedNanos) {
        Way since = kept.get(line).get(way).between(mendedNanos, mendedNanos + 5 * SECOND);
        return since.delays().stream()
                .mapToDouble(p -> (double) (p.atNanos() - mendedNanos) / MILLI)
                .min()
                .orElse(5000);
    }

    /// RFC 7675 §5.1: without consent nothing is sent any more.
    @Test
    public void browserThatIsGoneFor30SecondsLosesItsCall() {
        Line line = line(CUT_40);
        long cutNanos = badNanos + CUT_MILLIS * MILLI;

        assertThat(line.phone().hasEnded()).as("the trunk got BYE").isTrue();
        assertThat(line.awaitEnd(Exchange.LIMIT)).isEqualTo("consent-lost");
        double sentFor = (double) (line.browser().lastFromGatewayNanos() - cutNanos) / SECOND;
        note("consent: nothing was sent any more after %.1f s", sentFor);
        // A machine that stands still sends what was due a little later.
        assertThat(sentFor).isBetween(28.0, 36.0);
    }

    private static String text(double[] figures) {
        return Arrays.stream(figures)
                .mapToObj(f -> String.format(Locale.ROOT, "%.3f", f))
                .collect(Collectors.joining(" "));
    }

    private static void note(String format, Object... values) {
        Reporter.log(String.format(Locale.ROOT, format, values), true);
    }
}
