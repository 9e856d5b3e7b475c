package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.e2e.browser.Agent;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// What operations see of a call, and what is told to everybody when the gateway is stopped.
@Test(groups = {"e2e", "sip"})
public class StopIT {
    private static final String INVITES =
            "offhook_sip_requests_in_total{method=\"INVITE\",peer=\"trunk\"}";

    private CallStand stand;
    private Agent alice;

    @BeforeClass
    public void start() {
        stand = CallStand.start(StopIT.class);
        alice = stand.alice();
    }

    @AfterClass(alwaysRun = true)
    public void stop() {
        if (stand != null) {
            stand.close();
        }
    }

    @Test(priority = 1)
    public void beanShowsTheCallThatRuns() {
        try (Operations operations = Operations.of(stand.gateway());
                Phone phone = stand.phone()) {
            assertThat(operations.attribute("CallsActive")).isEqualTo(0);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(0L);
            assertThat(operations.attribute("AgentsOnline")).isEqualTo(1);
            assertThat((String) operations.attribute("Version")).isNotBlank();
            long uptime = (Long) operations.attribute("UptimeSeconds");
            assertThat(uptime).isBetween(0L, 600L);
            double invites = operations.metric(INVITES);

            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));
            assertThat(operations.attribute("CallsActive")).isEqualTo(1);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(1L);
            assertThat(operations.counter("calls.answered")).isEqualTo(1);
            assertThat(operations.metric(INVITES)).isGreaterThan(invites);
            assertThat(operations.counter("rtp.malformed")).isZero();
            assertThat(operations.counter("srtp.auth-failed")).isZero();
            assertThat(operations.counter("call.bugs")).isZero();

            assertThat(call.hangUp(CallStand.LIMIT).status()).isEqualTo(200);
            stand.freshen();
            Await.until("the call is over", CallStand.LIMIT, () -> operations.callsActive() == 0);
            assertThat(operations.attribute("CallsTotal")).isEqualTo(1L);
            assertThat((Long) operations.attribute("UptimeSeconds")).isGreaterThanOrEqualTo(uptime);
        }
    }

    @Test(priority = 2)
    public void sigtermEndsTheCallAtBothEnds() {
        try (Phone phone = stand.phone()) {
            PhoneCall call = stand.talk(phone, CallOffer.of(G711.PCMA));

            // 128 + 15; killed for being late, it would be 128 + 9.
            assertThat(stand.gateway().stop()).isIn(143, 0);

            call.awaitBye(CallStand.LIMIT);
            SipMessage bye =
                    call.trace().stream()
                            .filter(t -> !t.sent())
                            .map(PhoneCall.Traced::message)
                            .filter(m -> m.startLine().startsWith("BYE"))
                            .findFirst()
                            .orElseThrow();
            assertThat(bye.header("Reason")).startsWith("Q.850").contains("cause=41");
            alice.awaitIdle(CallStand.LIMIT);
            assertThat(alice.observed().count("received ended")).isOne();
            alice.awaitNote("The gateway is being stopped", CallStand.LIMIT);
            Await.until(
                    "all ports are free",
                    CallStand.LIMIT,
                    () ->
                            Ports.isUdpFree(stand.config().sipPort())
                                    && Ports.isTcpFree(stand.config().sipPort())
                                    && Ports.isTcpFree(stand.config().webPort())
                                    && Ports.isUdpFree(stand.config().mediaPort()));
            assertThat(stand.log()).contains("gateway stopped").doesNotContain("ERROR");
        }
    }
}
