package offhook.app;

import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import offhook.blackbox.BlackBoxes;
import offhook.call.CallId;
import offhook.call.CallRegistry;
import offhook.config.BlackBoxConfig;
import offhook.config.ConfigWriter;
import offhook.config.GatewayConfig;
import offhook.config.RecordingConfig;
import offhook.hep.HepExporter;
import offhook.media.MediaEngine;
import offhook.ops.CallRecordings;
import offhook.runtime.NanoClock;
import offhook.sip.SipEndpoint;
import offhook.sipws.PhoneDesk;
import offhook.telemetry.Counters;
import offhook.trace.TraceRecorder;
import offhook.web.WebServer;

/// What records messages and makes something of them, as far as the configuration wants it. Made
/// before calls come, stopped after the last.
final class RecordingSide {

    /// What passes on to a collector need not be kept.
    private static final long LITTLE_BYTES = 1024 * 1024;

    private final Optional<TraceRecorder> recorder;
    private final Optional<BlackBoxes> boxes;
    private final Optional<HepExporter> hep;
    private final CallRecordings recordings;
    private final boolean headersOfAll;
    private final int headerCalls;

    /// What the gateway runs with; exchanged by whoever reads it in again.
    private volatile GatewayConfig settings;

    /// @param isNamed whether a trunk or an agent is called so now
    RecordingSide(
            GatewayConfig config,
            Predicate<String> isNamed,
            Function<CallId, Optional<String>> story,
            Counters counters,
            NanoClock clock,
            InstantSource wallClock) {
        settings = config;
        RecordingConfig wanted = config.ops().recording();
        Optional<BlackBoxConfig> box = wanted.blackBox();
        headersOfAll = box.map(BlackBoxConfig::headers).orElse(false);
        headerCalls = box.map(BlackBoxConfig::headerCalls).orElse(0);
        recorder =
                box.isPresent() || wanted.hep().isPresent()
                        ? Optional.of(
                                new TraceRecorder(
                                        box.map(BlackBoxConfig::memoryBytes).orElse(LITTLE_BYTES),
                                        box.map(BlackBoxConfig::headerCalls).orElse(0),
                                        counters,
                                        clock,
                                        wallClock))
                        : Optional.empty();
        hep = wanted.hep().map(terms -> new HepExporter(terms, counters, clock));
        boxes =
                box.flatMap(terms ->
                        recorder.map(running ->
                                new BlackBoxes(
                                        terms,
                                        new BlackBoxes.Sources(
                                                running,
                                                story,
                                                config.node().name(),
                                                Version.current(),
                                                () -> ConfigWriter.write(settings)),
                                        counters,
                                        clock,
                                        wallClock)));
        recordings = new Recordings(recorder, boxes, isNamed);
    }

    /// Has everything that passes recorded from now on. Before the rooms start.
    void start(
            SipEndpoint sip,
            WebServer web,
            PhoneDesk phones,
            CallRegistry calls,
            MediaEngine media) {
        recorder.ifPresent(tap -> {
            hep.ifPresent(exporter -> {
                exporter.start();
                tap.showTo(exporter);
            });
            sip.record(tap);
            web.record(tap);
            phones.record(tap);
            calls.observe(tap);
            tap.captureBy(media.record(tap, headerCalls), headersOfAll);
            tap.start();
        });
        boxes.ifPresent(each -> {
            calls.observe(each);
            each.start();
        });
    }

    /// The gateway runs with this from now on. Any thread.
    void reconfigured(GatewayConfig config) {
        settings = config;
    }

    /// What operators do with it.
    CallRecordings recordings() {
        return recordings;
    }

    void stop() throws InterruptedException {
        if (boxes.isPresent()) {
            boxes.get().stop();
        }
        recorder.ifPresent(TraceRecorder::stop);
        hep.ifPresent(HepExporter::stop);
    }
}
