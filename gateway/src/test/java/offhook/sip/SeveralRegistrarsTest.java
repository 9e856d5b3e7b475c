package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// One account with two registrars, and with a third by way of an edge proxy: each is registered
/// with by itself, and calls arrive by any.
public class SeveralRegistrarsTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.6\r
            s=-\r
            c=IN IP4 127.0.0.6\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;

    private final RecordingIntake intake = new RecordingIntake();
    private SipEndpoint endpoint;
    private InetSocketAddress server;
    private TextTrunk one;
    private TextTrunk two;
    private TextTrunk edge;

    @BeforeMethod
    public void start() throws Exception {
        one = new TextTrunk("127.0.0.2");
        two = new TextTrunk("127.0.0.6");
        edge = new TextTrunk("127.0.0.7");
        server = FreePorts.nextAddress();
        endpoint =
                Endpoints.on(
                        server,
                        new Counters(),
                        List.of(
                                Doors.read(
                                        """
                                        {name: pbx, uri: "sip:%s", register: true,
                                        addresses: [127.0.0.2/32, 127.0.0.6/31],
                                        also-register: [
                                        {registrar: "sip:%s"},
                                        {outbound-proxy: "sip:%s"}],
                                        auth: {username: gw, password: secret}}\
                                        """
                                                .formatted(one.at(), two.at(), edge.at()))));
        endpoint.start(intake);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        endpoint.stop(Duration.ZERO);
        one.close();
        two.close();
        edge.close();
    }

    private static void await(BooleanSupplier condition) {
        Await.until("the registrations' next state", condition);
    }

    private TrunkStatus status() {
        return endpoint.trunks().getFirst();
    }

    private List<String> states() {
        return status().registrars().stream().map(RegistrarStatus::state).toList();
    }

    @Test
    public void eachIsRegisteredWithByItself() throws Exception {
        String first = one.expect("REGISTER sip:" + one.at());
        String second = two.expect("REGISTER sip:" + two.at());
        String third = edge.expect("REGISTER sip:" + one.at());
        assertThat(TextPhone.header(third, "Route")).startsWith("<sip:" + edge.at() + ";lr");
        assertThat(first).doesNotContain("Route:");
        assertThat(
                        List.of(
                                TextPhone.header(first, "Call-ID"),
                                TextPhone.header(second, "Call-ID"),
                                TextPhone.header(third, "Call-ID")))
                .doesNotHaveDuplicates();
        assertThat(status().registrars().stream().map(RegistrarStatus::name))
                .containsExactly(
                        "sip:" + one.at(),
                        "sip:" + two.at(),
                        "sip:" + one.at() + " over sip:" + edge.at());

        one.answer(first, "403 Forbidden", "r", "");
        await(() -> states().equals(List.of("refused", "registering", "registering")));
        assertThat(status().registration()).isEqualTo("refused");
        two.answer(second, "200 OK", "r", "", "Expires: 60\r\n");
        await(() -> states().equals(List.of("refused", "registered", "registering")));
        assertThat(status().registration()).isEqualTo("registered");
        assertThat(status().registeredUntil()).isPresent();
        assertThat(status().registrars().getFirst().lastError())
                .isEqualTo("REGISTER: 403 Forbidden");
        assertThat(status().registrars().get(1).lastError()).isEmpty();
        edge.answer(third, "200 OK", "r", "", "Expires: 60\r\n");
        await(() -> states().equals(List.of("refused", "registered", "registered")));
    }

    @Test
    public void callsArriveByAnyAndAllAreUnregisteredAtTheEnd() throws Exception {
        one.answer(one.expect("REGISTER "), "200 OK", "r", "", "Expires: 60\r\n");
        two.answer(two.expect("REGISTER "), "200 OK", "r", "", "Expires: 60\r\n");
        edge.answer(edge.expect("REGISTER "), "200 OK", "r", "", "Expires: 60\r\n");
        await(() -> states().equals(List.of("registered", "registered", "registered")));

        for (String source : List.of("127.0.0.2", "127.0.0.6", "127.0.0.7")) {
            try (TextPhone phone = new TextPhone(source, server, "200")) {
                phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
                RecordingIntake.Call call = intake.take(phone.callId);
                assertThat(call.incoming.source()).isEqualTo("pbx");
                phone.send(phone.request("CANCEL", 1, phone.callId + "1", ""));
                phone.receive(TextPhone.PATIENCE_MILLIS);
            }
        }

        Thread stopping = new Thread(endpoint::stop);
        stopping.start();
        for (TextTrunk each : List.of(one, two, edge)) {
            String last = each.expect("REGISTER ");
            assertThat(TextPhone.header(last, "Expires")).isEqualTo("0");
            each.answer(last, "200 OK", "r", "");
        }
        stopping.join(20_000);
        assertThat(stopping.isAlive()).isFalse();
    }

    @Test
    public void routeIsThatOfTheRegistrarThatIsAsked() throws Exception {
        one.answer(
                one.expect("REGISTER "),
                "200 OK",
                "r",
                "",
                "Expires: 60\r\nService-Route: <sip:a.example.com;lr>\r\n");
        two.answer(
                two.expect("REGISTER "),
                "200 OK",
                "r",
                "",
                "Expires: 60\r\nService-Route: <sip:b.example.com;lr>\r\n");
        await(() -> states().subList(0, 2).equals(List.of("registered", "registered")));

        assertThat(status().serviceRoute(one.at()).toString()).contains("a.example.com");
        assertThat(status().serviceRoute(two.at()).toString()).contains("b.example.com");
        assertThat(status().serviceRoute("127.0.0.9:5060").toString()).contains("a.example.com");
    }
}
