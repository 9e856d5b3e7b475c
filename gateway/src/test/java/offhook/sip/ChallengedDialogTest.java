package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput;
import offhook.call.Enclosed;
import offhook.call.EndCause;
import offhook.call.Leg;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.net.FreePorts;
import offhook.sdp.SdpParser;
import org.apache.logging.log4j.Level;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// A trunk that asks who we are within calls, of which the configuration says so. Sessions are
/// refreshed after a second, which no configuration file may ask for.
public class ChallengedDialogTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 30000 RTP/AVP 8\r
            a=rtpmap:8 PCMA/8000\r
            """;
    private static final String CHALLENGE =
            "Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"one\", qop=\"auth\"\r\n";

    private SipEndpoint endpoint;
    private TextTrunk trunk;
    private TextTrunk friend;
    private RecordingIntake.Call call;
    private Leg leg;

    /// How far a test has set the clock ahead.
    private volatile long aheadNanos;

    @BeforeMethod
    public void start() throws Exception {
        aheadNanos = 0;
        trunk = new TextTrunk();
        friend = new TextTrunk("127.0.0.3");
        InetSocketAddress server = FreePorts.nextAddress();
        endpoint =
                Endpoints.on(
                        server,
                        () -> System.nanoTime() + aheadNanos,
                        List.of(
                                Doors.with(
                                        Doors.read(
                                                """
                                                {name: pbx, uri: "sip:%s;transport=udp",
                                                transfer: refer, auth: {username: gw,
                                                password: secret, realm: pbx,
                                                in-dialog: true}}\
                                                """
                                                        .formatted(trunk.at())),
                                        "sessionTimers",
                                        new SessionTimers(60, 60, false)),
                                Doors.trunk("friend", "127.0.0.3")));
        endpoint.start(new RecordingIntake());
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        trunk.close();
        friend.close();
        endpoint.stop(Duration.ZERO);
    }

    /// A call that the trunk has taken.
    private void talk(String... more) throws Exception {
        Endpoints.Dialled dialled =
                Endpoints.dial(
                        endpoint,
                        "pbx",
                        new Party("+34911000002", "Bob"),
                        "200",
                        SdpParser.parse(SDP));
        call = dialled.call();
        leg = dialled.leg();
        trunk.answer(trunk.expect("INVITE "), "200 OK", "t1", SDP, more);
        call.next(CallInput.LegAccepted.class);
        trunk.expect("ACK ");
    }

    private void challenge(String request, String field) throws Exception {
        assertThat(request).doesNotContain("uthorization:");
        trunk.answer(request, "407 Proxy Authentication Required", "t1", "", field);
    }

    private static void isAgain(String next, String first) {
        assertThat(TextPhone.header(next, "Proxy-Authorization"))
                .contains("nonce=\"one\"")
                .contains("username=\"gw\"")
                .contains("nc=00000001");
        assertThat(number(next)).isEqualTo(number(first) + 1);
        assertThat(TextPhone.header(next, "Via")).isNotEqualTo(TextPhone.header(first, "Via"));
        assertThat(TextPhone.header(next, "Call-ID")).isEqualTo(TextPhone.header(first, "Call-ID"));
    }

    private static int number(String request) {
        return Integer.parseInt(TextPhone.header(request, "CSeq").split(" ")[0]);
    }

    @Test
    public void byeIsSentOnceMoreAndNoMore() throws Exception {
        talk();
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = trunk.expect("BYE ");
        challenge(bye, CHALLENGE);

        String again = trunk.fresh();
        assertThat(again).startsWith("BYE ");

        isAgain(again, bye);
        trunk.answer(again, "407 Proxy Authentication Required", "t1", "", CHALLENGE);
        trunk.assertSilent(1000);
    }

    @DataProvider
    public static Object[][] challengesOfOthers() {
        return new Object[][] {
            {CHALLENGE.replace("pbx", "evil")},
            {CHALLENGE.replace("pbx", "PBX")},
            {CHALLENGE.replace("Proxy-", "WWW-")},
            {CHALLENGE.replace("\"auth\"", "\"auth-int\"")},
        };
    }

    @Test(dataProvider = "challengesOfOthers")
    public void otherRealmGetsNothing(String field) throws Exception {
        talk();
        leg.end(EndCause.hangUp(EndCause.By.CALLER));

        challenge(trunk.expect("BYE "), field);

        trunk.assertSilent(1000);
    }

    @Test
    public void challengeFromElsewhereGetsNothing() throws Exception {
        talk();
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        String bye = trunk.expect("BYE ");
        friend.gateway(trunk.gateway());

        friend.answer(bye, "407 Proxy Authentication Required", "t1", "", CHALLENGE);

        friend.assertSilent(300);
        String next = trunk.receive(1000);
        assertThat(next).doesNotContain("uthorization:");
    }

    @Test
    public void referIsSentOnceMore() throws Exception {
        talk("Allow: INVITE, ACK, BYE, REFER, NOTIFY\r\n");
        leg.refer(new Target.Trunk("pbx", "700"), Optional.empty(), Enclosed.NOTHING);
        String refer = trunk.expect("REFER ");
        challenge(refer, CHALLENGE);

        String again = trunk.fresh();
        assertThat(again).startsWith("REFER ");

        isAgain(again, refer);
        assertThat(TextPhone.header(again, "Refer-To"))
                .isEqualTo(TextPhone.header(refer, "Refer-To"));
        trunk.answer(again, "202 Accepted", "t1", "");
        call.next(CallInput.ReferTaken.class);
        leg.end(EndCause.hangUp(EndCause.By.CALLER));
        // The next request is asked anew: what was proved once is nobody else's.
        assertThat(trunk.expect("BYE ")).doesNotContain("uthorization:");
    }

    @DataProvider
    public static Object[][] refreshes() {
        return new Object[][] {{"UPDATE", "INVITE, ACK, BYE, UPDATE"}, {"INVITE", "INVITE, BYE"}};
    }

    @Test(dataProvider = "refreshes")
    public void refreshIsSentOnceMore(String method, String allowed) throws Exception {
        try (LogLines sessions = new LogLines(SessionKeeper.class, Level.DEBUG)) {
            talk(
                    "Allow: " + allowed + "\r\n",
                    "Require: timer\r\nSession-Expires: 60;refresher=uac\r\n");
            sessions.await("session timer ", 1);
            aheadNanos += 30_000_000_000L;
            String refresh = trunk.expect(method + " ");
            challenge(refresh, CHALLENGE);
            if (method.equals("INVITE")) {
                trunk.expect("ACK ");
            }

            String again = trunk.fresh();
            assertThat(again).startsWith(method + " ");

            isAgain(again, refresh);
            assertThat(TextPhone.header(again, "Session-Expires"))
                    .isEqualTo(TextPhone.header(refresh, "Session-Expires"));
            boolean offers = method.equals("INVITE");
            trunk.answer(
                    again,
                    "200 OK",
                    "t1",
                    offers ? SDP : "",
                    "Require: timer\r\nSession-Expires: 60;refresher=uac\r\n");
            if (offers) {
                assertThat(trunk.expect("ACK ")).doesNotContain("uthorization:");
            }
            sessions.await("session timer ", 2);
            aheadNanos += 30_000_000_000L;
            assertThat(trunk.expect(method + " ")).doesNotContain("uthorization:");
            assertThat(call.hasNoInput()).isTrue();
        }
    }

    @Test
    public void configurationWithoutARealmIsRefused() {
        assertThatThrownBy(() ->
                        Doors.read(
                                "{name: a, uri: \"sip:a\", auth: {username: u, password: p,"
                                        + " in-dialog: true}}"))
                .rootCause()
                .hasMessageContaining("trunks[0].auth.in-dialog: within a call")
                .hasMessageContaining("'realm' is needed");
    }
}
