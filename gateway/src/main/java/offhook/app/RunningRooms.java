package offhook.app;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.agent.AgentRegistry;
import offhook.call.CallRegistry;
import offhook.cdr.CallRecorder;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.RecordsConfig;
import offhook.media.MediaEngine;
import offhook.sip.SipEndpoint;
import offhook.sipws.PhoneDesk;
import offhook.tls.TlsFileException;
import offhook.web.WebServer;

/// Lets each room take up its part of a changed configuration, in an order in which no call is ever
/// led to what is not there.
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

    @Override
    public void refreshCertificates() {
        web.refreshCertificate();
        sip.refreshCertificates();
    }

    @Override
    public void check(GatewayConfig wanted) {
        try {
            sip.check(wanted.trunks());
        } catch (TlsFileException e) {
            throw new IllegalArgumentException("TLS of trunks: " + e.getMessage(), e);
        }
    }

    @Override
    public List<String> take(GatewayConfig wanted) {
        media.reconfigured(wanted.trunks());
        Map<String, Integer> users =
                wanted.agents().users().stream()
                        .collect(
                                Collectors.toUnmodifiableMap(
                                        AgentsConfig.User::name, AgentsConfig.User::calls));
        agents.owner().postEnding(() -> agents.reconfigured(users, wanted.queues()));
        List<String> signedOut = web.reconfigured(wanted.agents().users());
        signedOut.forEach(phones::dismiss);
        Runnable registrations = sip.reconfigured(wanted.trunks(), wanted.numbers().emergency());
        calls.change(
                RoutePlan.of(wanted),
                Gateway.limits(wanted.limits()),
                wanted.limits().maxCalls(),
                wanted.trunks().size());
        records.ifPresent(
                kept -> kept.keepFor(wanted.ops().records().flatMap(RecordsConfig::keep)));
        recording.reconfigured(wanted);
        operations.reconfigured(wanted);
        registrations.run();
        return signedOut;
    }
}
