package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.telemetry.Counter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Requests of a trunk that keep the rules and that JAIN-SIP cannot read all the same, as when
/// somebody types odd characters into a phone of the PBX.
public class UnreadableOnWireTest extends EndpointStand {

    /// What stands in an INVITE that is in order, and what instead.
    @DataProvider
    public Object[][] parts() {
        return new Object[][] {
            {"INVITE sip:201@gw", "INVITE sip:2|00@gw"},
            {"From: \"Ann\" <sip:100@pbx>", "From: <sip:=cmd|calc@pbx>"},
            {"To: <sip:201@gw>", "To: <sip:2|00@gw>"},
            {"Contact: <sip:100@", "Contact: <sip:=cmd|calc@"},
        };
    }

    @Test(dataProvider = "parts")
    public void datagramIsAnsweredAndCounted(String part, String instead) throws IOException {
        long before = counters.get(Counter.SIP_DROPPED_MALFORMED);
        try (TextPhone phone = phone("201")) {
            String invite = phone.invite(SDP).replace(part, instead);
            assertThat(invite).contains(instead);

            String answer = phone.send(invite).expect("SIP/2.0 400 Bad Request\r\n");

            StrictReply.check(answer, instead);
            assertThat(counters.get(Counter.SIP_DROPPED_MALFORMED)).isEqualTo(before + 1);
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    /// Nobody answers an ACK, and nothing comes of it; what follows is answered.
    @Test
    public void ackIsNotAnswered() throws IOException {
        long before = counters.get(Counter.SIP_DROPPED_MALFORMED);
        try (TextPhone phone = phone("201")) {
            phone.send(phone.request("ACK", 1, "a", "").replace("sip:201@", "sip:2|01@"));

            phone.send(phone.request("OPTIONS", 2, "o", ""));

            assertThat(phone.fresh()).startsWith("SIP/2.0 200 OK\r\n");
            assertThat(counters.get(Counter.SIP_DROPPED_MALFORMED)).isEqualTo(before + 1);
        }
    }

    @Test(dataProvider = "parts")
    public void connectionOutlivesItWithTheCallsOnIt(String part, String instead)
            throws IOException {
        try (Socket socket = new Socket();
                TextPhone live = phone("200");
                TextPhone odd = phone("201")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(TextPhone.PATIENCE_MILLIS);
            write(socket, live, live.invite(SDP));
            assertThat(SipOverTcpTest.read(socket)).startsWith("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(live.callId);
            call.leg.answer(description());
            String ok = SipOverTcpTest.read(socket);
            assertThat(ok).startsWith("SIP/2.0 200 ");
            live.follow(ok);
            write(socket, live, live.ack(""));
            call.next(LegConfirmed.class);

            // All in one go: what follows is where the unreadable one says that it ends.
            write(socket, odd, odd.invite(SDP).replace(part, instead));
            write(socket, live, live.next("BYE", ""));

            String refused = SipOverTcpTest.read(socket);
            assertThat(refused).startsWith("SIP/2.0 400 Bad Request\r\n");
            StrictReply.check(refused, instead);
            assertThat(TextPhone.header(refused, "Call-ID")).isEqualTo(odd.callId);
            String ended = SipOverTcpTest.read(socket);
            assertThat(ended).startsWith("SIP/2.0 200 ");
            assertThat(TextPhone.header(ended, "CSeq")).endsWith("BYE");
            call.next(LegEnded.class);
        }
    }

    /// What has more of something than is read here, and how it is answered.
    @DataProvider
    public Object[][] excesses() {
        return new Object[][] {
            {"Diversion: <sip:1@pbx>", 33, "513 Message Too Large"},
            {"Record-Route: <sip:p;lr>", 71, "513 Message Too Large"},
            {"Via: SIP/2.0/UDP a;branch=z9hG4bKa", 70, "483 Too Many Hops"},
            {"X: y", 129, "513 Message Too Large"},
        };
    }

    @Test(dataProvider = "excesses")
    public void excessIsAnsweredAndCounted(String field, int times, String status)
            throws IOException {
        long before = counters.get(Counter.SIP_DROPPED_SIZE);
        try (TextPhone phone = phone("201")) {
            phone.send(phone.invite(SDP, fields(field, times)));

            StrictReply.check(phone.expect("SIP/2.0 " + status), field);
            assertThat(counters.get(Counter.SIP_DROPPED_SIZE)).isEqualTo(before + 1);
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test(dataProvider = "excesses")
    public void connectionOutlivesExcess(String field, int times, String status)
            throws IOException {
        try (Socket socket = new Socket();
                TextPhone phone = phone("200")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(TextPhone.PATIENCE_MILLIS);
            write(socket, phone, phone.invite(SDP, fields(field, times)));
            write(socket, phone, phone.request("OPTIONS", 2, "o", ""));

            assertThat(SipOverTcpTest.read(socket)).startsWith("SIP/2.0 " + status);
            assertThat(SipOverTcpTest.read(socket)).startsWith("SIP/2.0 200 ");
        }
    }

    /// What keeps none of the rules, but says where it ends.
    @Test
    public void connectionOutlivesWhatIsMalformedAndFramed() throws IOException {
        try (Socket socket = new Socket();
                TextPhone phone = phone("200")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            socket.setSoTimeout(TextPhone.PATIENCE_MILLIS);
            write(socket, phone, phone.invite(SDP).replace("1 INVITE", "1 BYE"));
            write(socket, phone, phone.request("OPTIONS", 2, "o", ""));

            assertThat(SipOverTcpTest.read(socket)).startsWith("SIP/2.0 400 ");
            assertThat(SipOverTcpTest.read(socket)).startsWith("SIP/2.0 200 ");
        }
    }

    /// A connection whose next message nobody could find ends, after the answer.
    @Test(dataProvider = "unframed")
    public void connectionEndsAfterWhatSaysNotWhereItEnds(String part, String instead)
            throws IOException {
        try (Socket socket = new Socket();
                TextPhone phone = phone("200")) {
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(server);
            write(socket, phone, phone.request("OPTIONS", 1, "o", "").replace(part, instead));

            assertThat(readsToTheEnd(socket)).startsWith("SIP/2.0 400 Bad Request\r\n");
        }
    }

    @DataProvider
    public Object[][] unframed() {
        return new Object[][] {
            {"Content-Length: 0\r\n", ""},
            {"Content-Length: 0", "Content-Length: -1"},
            {"Content-Length: 0", "Content-Length: 0\r\nContent-Length: 0"},
            {"Content-Length: 0", "X: \0\r\nContent-Length: 0"},
            {"Content-Length: 0", "no field at all\r\nContent-Length: 0"},
        };
    }

    private static String[] fields(String field, int times) {
        return Collections.nCopies(times, field).toArray(String[]::new);
    }

    private static void write(Socket socket, TextPhone phone, String message) throws IOException {
        String tcp = "127.0.0.2:" + socket.getLocalPort();
        String text = message.replace("SIP/2.0/UDP", "SIP/2.0/TCP").replace(phone.at(), tcp);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }
}
