package offhook.app;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.agent.AgentRegistry;
import offhook.call.CallRegistry;
import offhook.call.CallRoutes;
import offhook.cdr.CallRecorder;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.RecordsConfig;
import offhook.doctor.CallDoctor;
import offhook.media.MediaEngine;
import offhook.sip.SipEndpoint;
import offhook.sipws.PhoneDesk;
import offhook.tls.TlsFileException;
import offhook.web.StaffChange;
import offhook.web.WebServer;

/// Makes ready what each room does to take up a changed configuration, in an order in which no call
/// is ever led to what is not there.
record RunningRooms(
        MediaEngine media,
        AgentRegistry agents,
        WebServer web,
        PhoneDesk phones,
        SipEndpoint sip,
        CallRegistry calls,
        Optional<CallRecorder> records,
        CallDoctor doctor,
        RecordingSide recording,
        OperationsSide operations)
        implements Reload.Rooms {

    /// How long the owner of the agents may take until it comes to a change: all rooms take it up
    /// on it, so that nobody signs in, and no agent is reserved, between the one room and the
    /// other.
    private static final long PATIENCE_NANOS = 5_000_000_000L;

    @Override
    public void refreshCertificates() {
        web.refreshCertificate();
        sip.refreshCertificates();
    }

    @Override
    public Change prepare(GatewayConfig wanted) {
        Map<String, Integer> users =
                wanted.agents().users().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        AgentsConfig.User::name, AgentsConfig.User::calls));
        Runnable audio = media.prepare(Gateway.trunksWithMedia(wanted), wanted.agents().grace());
        StaffChange staff = web.prepare(wanted.agents().users());
        CallRoutes routes = RoutePlan.of(wanted);
        Runnable operators = operations.prepare(wanted.ops());
        // Last: of all these it alone has to be dropped when another room cannot serve.
        SipEndpoint.Reconfiguration trunks = trunks(wanted);
        return new Change(
                taking -> agents.owner().carryOut(taking, PATIENCE_NANOS),
                List.of(
                        Change.Step.of("the media", audio),
                        Change.Step.of(
                                "the directory of agents",
                                () -> agents.reconfigured(users, wanted.queues())),
                        Change.Step.of("the web server", staff::take),
                        Change.Step.of("the phones of agents", () -> exchange(staff)),
                        Change.Step.of("the grace time", () -> exchange(wanted.agents().grace())),
                        Change.Step.of("the trunks", trunks::take),
                        Change.Step.of("the calls", () -> exchange(routes, wanted)),
                        Change.Step.of("the call records", () -> keepFor(wanted)),
                        Change.Step.of("the recording", () -> recording.reconfigured(wanted)),
                        Change.Step.of("the operations port", operators),
                        Change.Step.of(
                                "the call doctor",
                                () -> doctor.reconfigured(wanted.ops().doctor()))),
                trunks::drop,
                List.of(
                        new Change.Step("the list of revocations", () -> keep(staff)),
                        Change.Step.of("what operations show", () -> operations.show(wanted)),
                        Change.Step.of("who registers with trunks", trunks::register)),
                staff.dismissed());
    }

    private static Optional<String> keep(StaffChange staff) {
        return staff.keep()
                .map(why ->
                        "warning: that they are signed out counts until the gateway restarts"
                                + " only: "
                                + why);
    }

    private SipEndpoint.Reconfiguration trunks(GatewayConfig wanted) {
        try {
            return sip.prepare(wanted.trunks(), wanted.numbers().emergency());
        } catch (TlsFileException e) {
            throw new IllegalArgumentException("TLS of trunks: " + e.getMessage(), e);
        }
    }

    private void exchange(StaffChange staff) {
        staff.dismissed().forEach(phones::onDismissed);
        staff.users().stream()
                .filter(user -> !staff.dismissed().contains(user.name()))
                .forEach(phones::onChanged);
    }

    private void exchange(Duration grace) {
        web.callsOutlive(grace);
        phones.callsOutlive(grace);
    }

    private void exchange(CallRoutes routes, GatewayConfig wanted) {
        calls.change(
                routes,
                Gateway.limits(wanted.limits()),
                wanted.limits().maxCalls(),
                wanted.trunks().size());
    }

    private void keepFor(GatewayConfig wanted) {
        records.ifPresent(
                kept -> kept.keepFor(wanted.ops().records().flatMap(RecordsConfig::keep)));
    }
}
