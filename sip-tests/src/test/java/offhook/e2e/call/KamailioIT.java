package offhook.e2e.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import javax.management.openmbean.CompositeData;
import offhook.e2e.phone.CallOffer;
import offhook.e2e.phone.CalledCall;
import offhook.e2e.phone.CalledPhone;
import offhook.e2e.phone.Phone;
import offhook.e2e.phone.PhoneCall;
import offhook.e2e.phone.RtpPhone;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.phone.Sound;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;
import offhook.e2e.web.WebPeer;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// The gateway as an account of Kamailio, over each transport: it registers, is called where it
/// registered, and calls phones behind the proxy, which asks for the password. All ends of all
/// calls have tones of their own.
@Test(groups = {"e2e", "sip", "media"})
public class KamailioIT {
    private static final Duration LIMIT = CallStand.LIMIT;

    /// A trunk, its account and its agent; its name is the transport.
    private enum Line {
        UDP(Kamailio.UDP_HOST, "401", "alice", 440, 1030),
        TCP(Kamailio.TCP_HOST, "402", "bob", 560, 1270),
        TLS(Kamailio.TLS_HOST, "403", "carol", 680, 1510);

        private final String host;
        private final String account;
        private final String agent;
        private final int phoneHz;
        private final int agentHz;

        Line(String host, String account, String agent, int phoneHz, int agentHz) {
            this.host = host;
            this.account = account;
            this.agent = agent;
            this.phoneHz = phoneHz;
            this.agentHz = agentHz;
        }

        String trunk() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private PeerStand stand;
    private final Map<Line, CalledPhone> phones = new EnumMap<>(Line.class);
    private final Map<Line, WebPeer> agents = new EnumMap<>(Line.class);
    private Kamailio kamailio;
    private Phone caller;
    private Operations operations;

    @BeforeClass
    public void start() {
        Path work = CallStand.workOf(KamailioIT.class);
        kamailio = Kamailio.start(work);
        for (Line line : Line.values()) {
            phones.put(line, new CalledPhone(InetAddress.getLoopbackAddress()));
        }
        SelfSigned.write(work, "gateway", "IP:127.0.0.1");
        stand = PeerStand.start(KamailioIT.class, this::withKamailio);
        operations = stand.keep(Operations.of(stand.gateway()));
        for (Line line : Line.values()) {
            agents.put(line, stand.signIn(line.agent, line.agentHz));
        }
        caller =
                stand.keep(
                        Phone.udp(
                                new InetSocketAddress(Kamailio.UDP_HOST, kamailio.port()),
                                "5551000"));
    }

    private String withKamailio(String yaml) {
        var trunks = new StringBuilder();
        var routes = new StringBuilder();
        for (Line line : Line.values()) {
            trunks.append(
                    """
                      - name: %1$s
                        preset: kamailio
                        uri: "sip:%2$s:%3$d;transport=%1$s"
                        addresses: [%2$s/32]
                        tls: {ca: kamailio.pem}
                        auth: {username: "%4$s", password: %5$s, realm: %6$s}
                        register: true
                    """
                            .formatted(
                                    line.trunk(),
                                    line.host,
                                    kamailio.port(),
                                    line.account,
                                    Kamailio.PASSWORD,
                                    Kamailio.REALM));
            routes.append(
                    """
                      - {trunk: %1$s, number: "%2$s", to: "agent:%3$s"}
                      - {from: web, number: "%4$s", to: "trunk:%1$s"}
                    """
                            .formatted(line.trunk(), line.account, line.agent, number(line)));
        }
        return yaml.replace(
                        "\"tcp://127.0.0.1:5060\"]",
                        "\"tcp://127.0.0.1:5060\", \"tls://127.0.0.1:%d\"]\n"
                                        .formatted(Ports.freePair())
                                + "  tls: {certificate: gateway.pem, key: gateway-key.pem}")
                .replace("trunks:\n", "trunks:\n" + trunks)
                .replace("routes:\n", "routes:\n" + routes)
                // A tone is no speech: with DTX the encoder would fall silent.
                .replace("media:\n", "media:\n  opus: {dtx: false}\n");
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        if (stand != null) {
            stand.close();
        }
        phones.values().forEach(CalledPhone::close);
        if (kamailio != null) {
            kamailio.close();
        }
    }

    @DataProvider(parallel = true)
    public Object[][] lines() {
        return new Object[][] {{Line.UDP}, {Line.TCP}, {Line.TLS}};
    }

    @Test(dataProvider = "lines")
    public void accountIsRegisteredCalledAndCallsWhatIsBehindTheProxy(Line line) {
        Await.until(
                line + " is registered",
                LIMIT,
                () -> "registered".equals(operations.trunk(line.trunk(), "RegistrationState")));
        Await.until(line + " answers OPTIONS", LIMIT, () -> "up".equals(targetState(line)));
        assertThat(operations.trunk(line.trunk(), "LastError")).isEqualTo("");

        isCalled(line);
        calls(line);
    }

    private Object targetState(Line line) {
        CompositeData[] targets = (CompositeData[]) operations.trunk(line.trunk(), "Targets");
        return targets[0].get("state");
    }

    private void isCalled(Line line) {
        WebPeer agent = agent(line);
        agent.forget();
        PhoneCall call = caller.invite(line.account, CallOffer.of(G711.PCMA));
        call.media().say(Sound.tone(line.phoneHz, Voices.AMPLITUDE));
        call.awaitAnswer(LIMIT);
        hearEachOther(line, call.media());

        assertThat(call.awaitFinal(LIMIT).hops("Record-Route"))
                .as("the ways of both sides of the proxy")
                .hasSize(line == Line.UDP ? 1 : 2)
                .first()
                .asString()
                .contains(line.host);
        // The proxy lets nothing pass within a call but by its Record-Route.
        assertThat(call.hangUp(LIMIT).status()).isEqualTo(200);
        agent.await("ended", LIMIT, _ -> true);
        agent.await("presence", LIMIT, m -> m.path("state").asText().equals("available"));
    }

    private void calls(Line line) {
        WebPeer agent = agent(line);
        agent.forget();
        String id = agent.dial(number(line), LIMIT);
        CalledCall call = phone(line).awaitCall(LIMIT);
        call.media().say(Sound.tone(line.phoneHz, Voices.AMPLITUDE));
        assertThat(call.invite().header("CSeq")).as("once more, after 407").isEqualTo("2 INVITE");
        cameByTheProxy(line, call.invite());
        call.ring().answer(LIMIT);
        hearEachOther(line, call.media());

        agent.hangUp(id);
        cameByTheProxy(line, call.await("BYE", LIMIT));
        agent.await("ended", LIMIT, _ -> true);
    }

    private static void cameByTheProxy(Line line, SipMessage request) {
        List<String> vias = request.headers("Via");
        assertThat(vias).hasSize(2);
        assertThat(vias.getFirst()).startsWith("SIP/2.0/UDP " + Kamailio.UDP_HOST);
        assertThat(vias.getLast()).startsWith("SIP/2.0/" + line.name() + " 127.0.0.1");
    }

    private void hearEachOther(Line line, RtpPhone phone) {
        Hearing.awaitAtPhone(phone, line.agentHz, phone.heard().size(), LIMIT);
        Hearing.awaitAtPeer(agent(line), line.phoneHz, Hearing.ENOUGH_SECONDS, LIMIT);
    }

    private WebPeer agent(Line line) {
        return Objects.requireNonNull(agents.get(line));
    }

    private CalledPhone phone(Line line) {
        return Objects.requireNonNull(phones.get(line));
    }

    /// Behind the proxy, a phone is called by its port.
    private String number(Line line) {
        return Integer.toString(phone(line).port());
    }
}
