package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CodecPreference;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.call.Target;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.net.FreePorts;
import offhook.sdp.SdpException;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.apache.logging.log4j.Level;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// Session timers on real sockets, with intervals of seconds that no configuration file may ask
/// for.
public class SessionRefreshTest {

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.2\r
            s=-\r
            c=IN IP4 127.0.0.2\r
            t=0 0\r
            m=audio 40000 RTP/AVP 8\r
            """;
    private static final String SUPPORTED = "Supported: timer";
    private static final String UPDATES = "Allow: INVITE, ACK, BYE, UPDATE";

    private final RecordingIntake intake = new RecordingIntake();
    private InetSocketAddress server;
    private SipEndpoint endpoint;

    /// How far a test has set the clock ahead.
    private volatile long aheadNanos;

    private TextTrunk trunk;

    @BeforeMethod
    public void start() throws IOException {
        aheadNanos = 0;
        server = FreePorts.nextAddress();
        trunk = new TextTrunk("127.0.0.4");
        SessionTimers seconds = new SessionTimers(2, 2, false);
        endpoint =
                Endpoints.on(
                        server,
                        () -> System.nanoTime() + aheadNanos,
                        List.of(
                                Doors.with(
                                        Doors.trunk("pbx", "127.0.0.2"), "sessionTimers", seconds),
                                Doors.with(
                                        Doors.trunkAt(
                                                "out", "sip:" + trunk.at() + ";transport=udp"),
                                        "sessionTimers",
                                        seconds)));
        endpoint.start(intake);
    }

    @AfterMethod(alwaysRun = true)
    public void stop() {
        trunk.close();
        endpoint.stop(Duration.ZERO);
    }

    @Test
    public void intervalBelowOurLeastIsRefused() throws IOException {
        try (TextPhone phone = phone()) {
            phone.send(phone.invite(SDP, SUPPORTED, "Session-Expires: 1")).expect("SIP/2.0 100 ");

            String refusal = phone.expect("SIP/2.0 422 Session Interval Too Small\r\n");

            assertThat(TextPhone.header(refusal, "Min-SE")).isEqualTo("2");
            assertThat(intake.count(phone.callId)).isZero();
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    @Test
    public void refreshesOfTheCallerAreAnsweredAndTheirEndEndsTheCall() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call =
                    confirmed(phone, "Require: timer", "x: 2;refresher=uac", UPDATES);

            String update = phone.next("UPDATE", "", SUPPORTED, "Session-Expires: 3;refresher=uac");
            String refreshed = phone.send(update).expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(refreshed, "Session-Expires")).isEqualTo("3;refresher=uac");
            assertThat(TextPhone.header(refreshed, "Require")).isEqualTo("timer");
            phone.send(phone.next("INVITE", SDP, SUPPORTED, "Session-Expires: 2;refresher=uac"));
            phone.expect("SIP/2.0 100 ");
            call.next(CallInput.LegRenegotiating.class);
            call.leg.answerUpdate(description());
            String again = phone.expect("SIP/2.0 200 ");
            assertThat(TextPhone.header(again, "Session-Expires")).isEqualTo("2;refresher=uac");
            phone.send(phone.ack(""));

            String bye = phone.expect("BYE ");
            phone.ok(bye);
            assertThat(ended(call)).isEqualTo("session-expired");
        }
    }

    @Test
    public void weRefreshByUpdateUntilThePeerKnowsTheCallNoMore() throws IOException {
        try (LogLines sessions = new LogLines(SessionKeeper.class, Level.DEBUG);
                TextPhone phone = phone()) {
            RecordingIntake.Call call =
                    confirmed(phone, SUPPORTED, "Session-Expires: 60;refresher=uas", UPDATES);

            sessions.await("session timer ", 1);
            aheadNanos += 30_000_000_000L;
            String update = phone.expect("UPDATE ");
            assertThat(TextPhone.header(update, "Session-Expires")).isEqualTo("60;refresher=uac");
            assertThat(update).contains("\r\nContent-Length: 0\r\n");
            phone.answer(update, "200 OK\r\nSession-Expires: 60;refresher=uac");
            sessions.await("session timer ", 2);
            aheadNanos += 30_000_000_000L;
            String next = phone.expect("UPDATE ");
            assertThat(TextPhone.header(next, "CSeq"))
                    .isNotEqualTo(TextPhone.header(update, "CSeq"));
            phone.answer(next, "481 Call/Transaction Does Not Exist");

            phone.ok(phone.expect("BYE "));
            assertThat(ended(call)).isEqualTo("session-lost");
        }
    }

    @Test
    public void weRefreshByReinviteWithTheSameDescriptionAndTakeNoOfferMeanwhile()
            throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call =
                    confirmed(phone, SUPPORTED, "Session-Expires: 6;refresher=uas");

            String first = phone.expect("INVITE ");
            assertThat(first).contains("o=- 1 1 IN IP4 127.0.0.2\r\n");
            phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 491 ");
            phone.send(phone.request("ACK", 2, phone.callId + "2", ""));
            phone.answer(first, "200 OK\r\nSession-Expires: 6;refresher=uac");
            phone.expect("ACK ");

            assertThat(call.hasNoInput()).isTrue();
        }
    }

    /// RFC 3261 §14.1: who did not make the Call-ID comes again within two seconds.
    @Test
    public void refreshThatCollidesIsSentAgainSoon() throws IOException {
        try (TextPhone phone = phone()) {
            RecordingIntake.Call call =
                    confirmed(phone, SUPPORTED, "Session-Expires: 60;refresher=uas");
            aheadNanos = 30_000_000_000L;
            String first = phone.expect("INVITE ");
            phone.send(phone.next("INVITE", SDP)).expect("SIP/2.0 491 ");
            phone.send(phone.request("ACK", 2, phone.callId + "2", ""));

            phone.answer(first, "491 Request Pending");
            phone.expect("ACK ");
            String again = phone.fresh();

            assertThat(again).startsWith("INVITE ");
            assertThat(TextPhone.header(again, "CSeq"))
                    .isNotEqualTo(TextPhone.header(first, "CSeq"));
            phone.answer(again, "200 OK\r\nSession-Expires: 60;refresher=uac");
            phone.expect("ACK ");
            assertThat(call.hasNoInput()).isTrue();
        }
    }

    /// RFC 3261 §14.1: who made the Call-ID waits 2.1 to 4 s.
    @Test
    public void refreshOfOurOwnCallThatCollidesLetsTheTrunkGoFirst() throws Exception {
        RecordingIntake.Call call = dial();
        String brief = trunk.expect("INVITE ");
        trunk.answer(brief, "422 Session Interval Too Small", "t0", "", "Min-SE: 60\r\n");
        trunk.expect("ACK ");
        String invite = trunk.expect("INVITE ");
        trunk.answer(
                invite,
                "200 OK",
                "t1",
                SDP,
                "Session-Expires: 60;refresher=uac\r\nRequire: timer\r\n");
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);
        aheadNanos = 30_000_000_000L;
        String first = trunk.fresh();
        assertThat(first).startsWith("INVITE ");

        long refused = System.nanoTime();
        trunk.answer(first, "491 Request Pending", "t1", "");
        trunk.expect("ACK ");
        String again = trunk.fresh();

        assertThat(again).startsWith("INVITE ");
        assertThat((System.nanoTime() - refused) / 1_000_000).isGreaterThan(2000L);
        trunk.answer(again, "200 OK", "t1", SDP, "Session-Expires: 60;refresher=uac\r\n");
        trunk.expect("ACK ");
    }

    @Test
    public void callThatGoesOutAsksAgainForWhatTheTrunkWantsAndRefreshes() throws Exception {
        RecordingIntake.Call call = dial();
        String invite = trunk.expect("INVITE ");
        assertThat(TextPhone.header(invite, "Session-Expires")).isEqualTo("2");
        assertThat(TextPhone.header(invite, "Supported")).isEqualTo("timer, 100rel, replaces");
        trunk.answer(invite, "422 Session Interval Too Small", "t0", "", "Min-SE: 60\r\n");
        trunk.expect("ACK ");
        String longer = trunk.expect("INVITE ");
        assertThat(TextPhone.header(longer, "Session-Expires")).isEqualTo("60");
        assertThat(TextPhone.header(longer, "Min-SE")).isEqualTo("60");
        assertThat(TextPhone.header(longer, "CSeq")).isEqualTo("2 INVITE");
        trunk.answer(
                longer,
                "200 OK",
                "t1",
                SDP,
                "Session-Expires: 60;refresher=uac\r\nRequire: timer\r\n" + UPDATES + "\r\n");
        trunk.expect("ACK ");
        call.next(CallInput.LegAccepted.class);

        aheadNanos = 30_000_000_000L;
        String update = trunk.expect("UPDATE ");

        assertThat(TextPhone.header(update, "Session-Expires")).isEqualTo("60;refresher=uac");
        trunk.answer(update, "200 OK", "t1", "", "Session-Expires: 60;refresher=uac\r\n");
        assertThat(call.hasNoInput()).isTrue();
    }

    private RecordingIntake.Call dial() throws Exception {
        LegId id = new LegId(CallId.next(), 1);
        IncomingCall incoming =
                new IncomingCall(
                        "web",
                        new Party("100", "Bob"),
                        new Party("200", ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.empty(),
                        "bob/1");
        RecordingIntake.Call call = new RecordingIntake.Call(id.call(), incoming, null);
        endpoint.legs()
                .ring(
                        id,
                        new Target.Trunk("out", "200"),
                        incoming,
                        Optional.of(description()),
                        call);
        return call;
    }

    private RecordingIntake.Call confirmed(TextPhone phone, String... fields) throws IOException {
        phone.send(phone.invite(SDP, fields)).expect("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(phone.callId);
        call.leg.answer(description());
        assertThat(phone.expect("SIP/2.0 200 "))
                .contains(
                        "Supported: timer, 100rel, replaces\r\n",
                        "Require: timer\r\n",
                        "Session-Expires: ");
        phone.send(phone.ack(""));
        call.next(CallInput.LegConfirmed.class);
        return call;
    }

    private static String ended(RecordingIntake.Call call) {
        return call.next(CallInput.LegEnded.class).cause().reason();
    }

    private TextPhone phone() throws IOException {
        return new TextPhone("127.0.0.2", server, "200");
    }

    private static SessionDescription description() {
        try {
            return SdpParser.parse(SDP);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }
}
