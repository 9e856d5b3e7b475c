package offhook.app;

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
        Runnable trunkMedia = media.prepare(wanted.trunks());
        StaffChange staff = web.prepare(wanted.agents().users());
        CallRoutes routes = RoutePlan.of(wanted);
        Runnable operators = operations.prepare(wanted.ops());
        // Last: of all these it alone has to be dropped when another room cannot serve.
        SipEndpoint.Reconfiguration trunks = trunks(wanted);
        return new Change(
                taking -> agents.owner().carryOut(taking, PATIENCE_NANOS),
                List.of(
                        new Change.Step("the media of trunks", trunkMedia),
                        new Change.Step(
                                "the directory of agents",
                                () -> agents.reconfigured(users, wanted.queues())),
                        new Change.Step("the web server", staff::take),
                        new Change.Step("the phones of agents", () -> exchange(staff)),
                        new Change.Step("the trunks", trunks::take),
                        new Change.Step("the calls", () -> exchange(routes, wanted)),
                        new Change.Step("the call records", () -> keepFor(wanted)),
                        new Change.Step("the recording", () -> recording.reconfigured(wanted)),
                        new Change.Step("the operations port", operators)),
                trunks::drop,
                List.of(
                        new Change.Step("the list of revocations", staff::keep),
                        new Change.Step("what operations show", () -> operations.show(wanted)),
                        new Change.Step("who registers with trunks", trunks::register)),
                staff.dismissed());
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
