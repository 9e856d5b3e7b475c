package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.ref.WeakReference;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEnd.LegEnd;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.CallSnapshot.LegKind;
import offhook.call.EndCause;
import offhook.call.EndCause.By;
import offhook.call.LegId;
import offhook.call.LegQuality;
import offhook.call.MediaSummary;
import offhook.call.Party;
import offhook.media.LoopFigures;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class MetricsTest {

    private static final long SECOND = 1_000_000_000L;
    private static final CallId CALL = CallId.next();
    private static final LegKind TRUNK = new LegKind(new LegId(CALL, 0), "trunk", "pbx");
    private static final LegKind BROWSER = new LegKind(new LegId(CALL, 1), "browser", "");

    private static final LoopFigures.Work WORK =
            new LoopFigures.Work(4 * SECOND, SECOND, 2 * SECOND, 100, 50);

    private Counters counters;
    private Metrics metrics;

    @BeforeMethod
    public void make() {
        counters = new Counters();
        metrics =
                new Metrics(
                        counters,
                        new LiveAudio(
                                () -> List.of(snapshot()),
                                _ -> Optional.of(LegQuality.unmeasured("PCMA"))));
        metrics.addLoop(0, () -> figures(0.25));
        metrics.addTrunk(new TrunkStatus("pbx"));
    }

    private static LoopFigures figures(double busy) {
        return new LoopFigures(busy, 12_500_000, 7, 3, 6, 2, 4, 1, true, 10, 9, 3, 10, 0, WORK);
    }

    @AfterMethod
    public void close() {
        metrics.close();
    }

    private static CallSnapshot snapshot() {
        return new CallSnapshot(
                CALL,
                CallDirection.IN,
                "pbx",
                "",
                new Party("5551000", ""),
                new Party("200", ""),
                "alice",
                "active",
                100 * SECOND,
                100 * SECOND,
                OptionalLong.empty(),
                OptionalLong.of(100 * SECOND),
                List.of(TRUNK, BROWSER),
                CallDetails.NONE);
    }

    /// Rang after 1 s, was answered after 5 s more, lasted 60 s.
    private static CallEnd answered(EndCause cause) {
        return new CallEnd(
                snapshot(),
                CallDirection.IN,
                cause,
                OptionalLong.of(101 * SECOND),
                OptionalLong.of(106 * SECOND),
                166 * SECOND,
                List.of(
                        new LegEnd(TRUNK, summary("PCMA", 4.1)),
                        new LegEnd(BROWSER, summary("opus", Double.NaN))));
    }

    private static CallEnd unanswered(EndCause cause) {
        return new CallEnd(
                snapshot(),
                CallDirection.IN,
                cause,
                OptionalLong.empty(),
                OptionalLong.empty(),
                103 * SECOND,
                List.of());
    }

    private static MediaSummary summary(String codec, double mos) {
        double buffer = codec.equals("opus") ? 45.0 : Double.NaN;
        return new MediaSummary(codec, 0, 3000, 2970, 30, 0, 0, 0, 4.0, 30.0, buffer, mos, mos);
    }

    private double sum(String prefix) {
        return metrics.samples().entrySet().stream()
                .filter(sample -> sample.getKey().startsWith(prefix))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    @Test
    public void everyCallIsCountedOnceByHowItWentAndWhy() {
        Stream.of(
                        answered(EndCause.hangUp(By.CALLER)),
                        answered(EndCause.gateway("consent-lost", 480, 41, "")),
                        unanswered(EndCause.cancelled()),
                        unanswered(EndCause.declined()),
                        unanswered(EndCause.gateway("no-answer", 480, 19, "")),
                        unanswered(new EndCause(By.OPERATOR, "operator", 480, 31, "")))
                .forEach(end -> metrics.calls().ended(CALL, end));
        metrics.calls().turnedAway("pbx", CallDirection.IN, "draining");

        assertThat(metrics.samples())
                .containsEntry(ended("hang-up", "answered"), 1.0)
                .containsEntry(ended("consent-lost", "answered"), 1.0)
                .containsEntry(ended("cancelled", "abandoned"), 1.0)
                .containsEntry(ended("declined", "refused"), 1.0)
                .containsEntry(ended("no-answer", "failed"), 1.0)
                .containsEntry(ended("operator", "failed"), 1.0)
                .containsEntry(ended("draining", "turned-away"), 1.0);
        assertThat(sum("offhook_calls_ended_total")).isEqualTo(7);
    }

    private static String ended(String cause, String result) {
        return "offhook_calls_ended_total{cause=\"%s\",direction=\"in\",result=\"%s\"}"
                .formatted(cause, result);
    }

    @Test
    public void timesAndSoundGoIntoFixedBuckets() {
        metrics.calls().ended(CALL, answered(EndCause.hangUp(By.CALLER)));

        assertThat(metrics.samples())
                .containsEntry("offhook_call_setup_seconds_sum{direction=\"in\"}", 1.0)
                .containsEntry("offhook_call_ringing_seconds_sum{direction=\"in\"}", 5.0)
                .containsEntry("offhook_call_talk_seconds_sum{direction=\"in\"}", 60.0)
                .containsEntry(
                        "offhook_call_talk_seconds_bucket{direction=\"in\",le=\"30.0\"}", 0.0)
                .containsEntry(
                        "offhook_call_talk_seconds_bucket{direction=\"in\",le=\"60.0\"}", 1.0)
                .containsEntry("offhook_leg_mos_count{heard=\"by-us\",kind=\"trunk\"}", 1.0)
                .containsEntry(
                        "offhook_leg_mos_bucket{heard=\"by-us\",kind=\"trunk\",le=\"4.0\"}", 0.0)
                .containsEntry(
                        "offhook_leg_mos_bucket{heard=\"by-us\",kind=\"trunk\",le=\"4.2\"}", 1.0)
                // Nobody measured it.
                .containsEntry("offhook_leg_mos_count{heard=\"by-us\",kind=\"browser\"}", 0.0)
                .containsEntry(
                        "offhook_calls_codecs_total{first=\"PCMA\",second=\"opus\",transcoded=\"true\"}",
                        1.0);
        assertThat(
                        metrics.samples()
                                .get("offhook_leg_loss_ratio_sum{heard=\"by-us\",kind=\"trunk\"}"))
                .isCloseTo(0.01, within(1e-9));
    }

    @Test
    public void delayOfLegsGoesIntoFixedBucketsAndWhatNobodyMeasuredDoesNot() {
        metrics.calls().ended(CALL, answered(EndCause.hangUp(By.CALLER)));
        CallEnd silent = answered(EndCause.hangUp(By.CALLER));
        metrics.calls()
                .ended(
                        CALL,
                        new CallEnd(
                                silent.last(),
                                silent.direction(),
                                silent.cause(),
                                silent.ringingNanos(),
                                silent.answeredNanos(),
                                silent.endedNanos(),
                                List.of(new LegEnd(BROWSER, MediaSummary.NONE))));

        assertThat(metrics.samples())
                .containsEntry("offhook_leg_buffer_seconds_count{kind=\"browser\"}", 1.0)
                .containsEntry(
                        "offhook_leg_buffer_seconds_bucket{kind=\"browser\",le=\"0.04\"}", 0.0)
                .containsEntry(
                        "offhook_leg_buffer_seconds_bucket{kind=\"browser\",le=\"0.06\"}", 1.0)
                // A trunk's audio goes on as it comes.
                .containsEntry("offhook_leg_buffer_seconds_count{kind=\"trunk\"}", 0.0)
                .containsEntry("offhook_leg_delay_seconds_count{kind=\"browser\"}", 1.0)
                .containsEntry(
                        "offhook_leg_delay_seconds_bucket{kind=\"browser\",le=\"0.04\"}", 0.0)
                .containsEntry(
                        "offhook_leg_delay_seconds_bucket{kind=\"browser\",le=\"0.06\"}", 1.0)
                .containsEntry("offhook_leg_delay_seconds_bucket{kind=\"trunk\",le=\"0.02\"}", 1.0);
    }

    @Test
    public void countersKeepTheirReasonsAsLabels() {
        counters.increment(Counter.SIP_DROPPED_STRANGER);
        counters.sip().request(Peer.TRUNK, Way.IN, "INVITE");
        counters.sip().response(Peer.TRUNK, Way.OUT, "INVITE", 486);
        counters.sip().response(Peer.BROWSER, Way.IN, "BYE", 299);
        counters.increment(Counter.SRTP_AUTH_FAILED);

        assertThat(metrics.samples())
                .containsEntry("offhook_sip_dropped_total{reason=\"stranger\"}", 1.0)
                .containsEntry("offhook_sip_dropped_total{reason=\"rate\"}", 0.0)
                .containsEntry(
                        "offhook_sip_requests_in_total{method=\"INVITE\",peer=\"trunk\"}", 1.0)
                .containsEntry(
                        "offhook_sip_requests_out_total{method=\"INVITE\",peer=\"trunk\"}", 0.0)
                .containsEntry(
                        "offhook_sip_responses_out_total{code=\"486\",method=\"INVITE\",peer=\"trunk\"}",
                        1.0)
                .containsEntry(
                        "offhook_sip_responses_in_total{code=\"2xx\",method=\"BYE\",peer=\"browser\"}",
                        1.0)
                .containsEntry("offhook_srtp_auth_failed_total", 1.0)
                .containsEntry("offhook_loop_utilisation_ratio{loop=\"0\"}", 0.25)
                .containsEntry("offhook_trunk_up{trunk=\"pbx\"}", 1.0)
                .containsEntry("offhook_calls_active", 1.0)
                .containsEntry("offhook_legs_audio{audio=\"waiting\"}", 2.0)
                .containsKey("jvm_threads_live_threads")
                .containsKey("process_files_open_files");
    }

    /// What a meter reads is often made for it alone: nobody else keeps it.
    @Test
    public void whatIsShownOutlivesCollections() {
        double busy = counters.get(Counter.SIP_DROPPED_STRANGER) + 0.5;
        metrics.addLoop(1, () -> figures(busy));
        Instant until =
                Instant.ofEpochSecond(2_000_000_000L + counters.get(Counter.SIP_TLS_FAILED));
        metrics.addCertificate("sip.tls", () -> Optional.of(until));

        collect();

        assertThat(metrics.samples())
                .containsEntry("offhook_loop_utilisation_ratio{loop=\"1\"}", 0.5)
                .containsEntry("offhook_loop_packets_in_total{loop=\"1\"}", 10.0)
                .containsEntry("offhook_trunk_up{trunk=\"pbx\"}", 1.0)
                .containsEntry(
                        "offhook_certificate_until_seconds{setting=\"sip.tls\"}", 2_000_000_000.0);
    }

    /// Returns when something held weakly is gone.
    private static void collect() {
        WeakReference<Object> lost = new WeakReference<>(new Object());
        while (lost.get() != null) {
            System.gc();
        }
    }

    @Test
    public void whatTranscodingCostsIsToldByLoop() {
        assertThat(metrics.samples())
                .containsEntry("offhook_loop_cpu_seconds_total{loop=\"0\"}", 4.0)
                .containsEntry("offhook_loop_codec_seconds_total{loop=\"0\",work=\"decode\"}", 1.0)
                .containsEntry("offhook_loop_codec_seconds_total{loop=\"0\",work=\"encode\"}", 2.0)
                .containsEntry("offhook_loop_codec_frames_total{loop=\"0\",work=\"decode\"}", 100.0)
                .containsEntry("offhook_loop_codec_frames_total{loop=\"0\",work=\"encode\"}", 50.0);
    }

    @Test
    public void noPeerCanMakeTimeSeriesWithoutEnd() {
        for (int i = 0; i < 1_000; i++) {
            metrics.calls()
                    .ended(CALL, unanswered(new EndCause(By.CALLEE, "invented-" + i, 480, 20, "")));
        }
        metrics.calls()
                .ended(CALL, unanswered(new EndCause(By.CALLEE, "\"} 1\nfake 2", 480, 20, "")));

        assertThat(
                        metrics.samples().keySet().stream()
                                .filter(name -> name.startsWith("offhook_calls_ended_total")))
                .hasSize(KnownLabels.MOST + 1);
        assertThat(metrics.samples())
                .containsEntry(ended(KnownLabels.OTHER, "refused"), 1_001.0 - KnownLabels.MOST)
                .doesNotContainKey("fake");
        assertThat(metrics.samples()).hasSizeLessThan(650);
    }

    @Test
    public void prometheusHasNothingToComplainOf() {
        metrics.calls().ended(CALL, answered(EndCause.hangUp(By.CALLER)));
        metrics.calls().turnedAway("web", CallDirection.OUT, "overload");

        Promtool.accepts(metrics.text(), "check", "metrics");
    }
}
