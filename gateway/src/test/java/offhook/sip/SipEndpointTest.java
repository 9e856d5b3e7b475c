package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.EndCause;
import offhook.call.EndCause.By;
import offhook.net.FreePorts;
import offhook.telemetry.Counter;
import org.testng.annotations.Test;

/// What stands at the door of the endpoint: strangers, malformed requests, a gateway that is full;
/// and how it starts and stops.
public class SipEndpointTest extends EndpointStand {

    @Test
    public void defectBehindTheDoorIsAnsweredWith500() throws IOException {
        try (TextPhone phone = phone("defect");
                LogLines log = new LogLines(SipEvents.class)) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");

            phone.expect("SIP/2.0 500 Server Internal Error\r\n");

            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .matches("call=[0-9a-f]{24} defect while handling method=INVITE");

            assertThat(counters.get(Counter.CALL_BUGS)).isEqualTo(1);
        }
    }

    @Test
    public void fullGatewayAsksToTryLater() throws IOException {
        try (TextPhone phone = phone("full")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");

            String refusal = phone.expect("SIP/2.0 503 Service Unavailable\r\n");

            assertThat(refusal).contains("\r\nRetry-After: ").contains("Warning: 399 ");
            phone.send(phone.request("ACK", 1, phone.callId + "1", ""));
        }
    }

    @Test
    public void requestsForNoDialogAreToldSo() throws IOException {
        try (TextPhone phone = phone("200")) {
            for (String method : List.of("BYE", "UPDATE", "INFO", "INVITE", "OPTIONS")) {
                String request =
                        phone.next(method, "")
                                .replaceAll("\r\nTo: [^\r]*", "\r\nTo: <sip:x@y>;tag=z");
                phone.send(request).expect("SIP/2.0 481 ");
                if (method.equals("INVITE")) {
                    phone.send(request.replace("INVITE", "ACK"));
                }
            }
            assertThat(counters.get(Counter.SIP_OUT_OF_DIALOG)).isGreaterThanOrEqualTo(5);
        }
    }

    @Test
    public void trunkCannotTouchTheDialogOfAnother() throws IOException {
        try (TextPhone phone = phone("200");
                TextPhone thief = new TextPhone("127.0.0.4", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            long before = counters.get(Counter.SIP_DROPPED_FOREIGN);

            thief.send(phone.next("BYE", "")).send(phone.next("INVITE", SDP));

            thief.assertSilent(400);
            assertThat(call.hasNoInput()).isTrue();
            assertThat(counters.get(Counter.SIP_DROPPED_FOREIGN) - before).isEqualTo(2);
            hangUp(phone, call);
        }
    }

    /// Anybody who can forge the address of a PBX can send as much.
    @Test
    public void sourceOfMalformedMessagesKeepsItsCallsAndOpensOthers() throws IOException {
        try (TextPhone phone = new TextPhone("127.0.0.5", server, "200");
                TextPhone late = new TextPhone("127.0.0.5", server, "200");
                TextPhone forger = new TextPhone("127.0.0.5", server, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            for (int i = 0; i <= 2 * SourceLimiter.MALFORMED_LIMIT; i++) {
                forger.send("INVITE sip:x SIP/2.0\r\nVia: x\r\n\r\n");
            }

            RecordingIntake.Call another = confirmed(late, SDP);

            hangUp(late, another);
            hangUp(phone, call);
            forger.assertSilent(100);
        }
    }

    @Test
    public void strangerHearsNothingAndOpensNothing() throws IOException {
        try (TextPhone stranger = new TextPhone("127.0.0.3", server, "200")) {
            stranger.send(stranger.invite(SDP));
            stranger.send(stranger.request("OPTIONS", 1, "o", ""));
            stranger.send(stranger.request("REGISTER", 1, "r", ""));
            stranger.send("garbage").send("").send("\r\n\r\n");

            stranger.assertSilent(500);
            assertThat(intake.count(stranger.callId)).isZero();
            try (Socket socket = new Socket()) {
                socket.bind(new InetSocketAddress("127.0.0.3", 0));
                socket.connect(server);
                assertThat(readsToTheEnd(socket)).isEmpty();
            }
        }
    }

    @Test
    public void malformedRequestsGetNothingOrACleanAnswer() throws IOException {
        try (TextPhone phone = phone("200")) {
            phone.send(phone.invite(SDP).replace("CSeq: 1 ", "CSeq: 1\u0000 "));
            phone.assertSilent(300);

            phone.send(phone.invite(SDP).replace("CSeq: 1 ", "CSeq: 1x<echo> "));
            phone.assertSilent(300);

            phone.send(phone.invite(SDP).replace("Contact: <sip", "Contact: <<echo>sip"));
            String answer = phone.expect("SIP/2.0 400 Bad Request\r\n");
            assertThat(answer).doesNotContain("echo", "sipfrag", "v=0").endsWith("0\r\n\r\n");
            assertThat(answer.replace("\r\n", "")).doesNotContain("\r", "\n");
            assertThat(intake.count(phone.callId)).isZero();
        }
    }

    @Test
    public void advertisedAddressIsToldAndTheConfiguredOneIsBound() throws IOException {
        InetSocketAddress address = FreePorts.nextAddress();
        SipEndpoint other = endpoint(address, Optional.of(Doors.address("203.0.113.10")));
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            phone.send(phone.invite(SDP)).expect("SIP/2.0 100 ");
            RecordingIntake.Call call = intake.take(phone.callId);
            call.leg.answer(description());
            String told = "203.0.113.10:" + address.getPort();
            assertThat(phone.expect("SIP/2.0 200 ")).contains("Contact: <sip:offhook@" + told);
            phone.send(phone.ack(""));
            call.next(LegConfirmed.class);

            call.leg.end(EndCause.hangUp(By.CALLEE));

            String bye = phone.expect("BYE ");
            assertThat(TextPhone.header(bye, "Via")).startsWith("SIP/2.0/UDP " + told);
            phone.ok(bye);
        } finally {
            other.stop();
        }
    }

    @Test
    public void stoppedEndpointLeavesNoThreadAndNoPort() throws IOException {
        List<Thread> before = threads();
        InetSocketAddress address = FreePorts.nextAddress();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200");
                Socket socket = new Socket()) {
            phone.send(phone.request("OPTIONS", 1, "o", "")).expect("SIP/2.0 200 ");
            socket.bind(new InetSocketAddress("127.0.0.2", 0));
            socket.connect(address, 2000);
            other.stop();
        }
        for (Thread thread : threads()) {
            if (!before.contains(thread) && !thread.getName().startsWith("ForkJoin")) {
                assertThat(join(thread)).as(thread.getName()).isTrue();
            }
        }
        try (ServerSocket tcp = new ServerSocket(address.getPort(), 1, address.getAddress());
                DatagramSocket udp = new DatagramSocket(address)) {
            assertThat(tcp.isBound() && udp.isBound()).isTrue();
        }
    }

    @Test
    public void stoppingWaitsUntilTheByeIsAnswered() throws Exception {
        InetSocketAddress address = FreePorts.nextAddress();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            call.leg.end(EndCause.hangUp(By.GATEWAY));
            String lost = phone.expect("BYE ");

            Thread stopping = Thread.ofVirtual().start(other::stop);
            String again = phone.expect("BYE ");
            assertThat(TextPhone.header(again, "Via")).isEqualTo(TextPhone.header(lost, "Via"));
            assertThat(stopping.isAlive()).isTrue();
            assertThat(other.dialogs()).isEqualTo(1);
            phone.ok(again);

            assertThat(join(stopping)).isTrue();
            assertThat(other.dialogs()).isZero();
        } finally {
            other.stop();
        }
    }

    @Test
    public void stoppingSendsByeToACallThatWasNeverConfirmed() throws Exception {
        InetSocketAddress address = FreePorts.nextAddress();
        SipEndpoint other = endpoint(address);
        other.start(intake);
        try (TextPhone phone = new TextPhone("127.0.0.2", address, "200")) {
            RecordingIntake.Call call = answered(phone, SDP);
            call.leg.end(EndCause.hangUp(By.GATEWAY));

            Thread stopping = Thread.ofVirtual().start(other::stop);
            String message = phone.fresh();
            while (message.startsWith("SIP/2.0 200")) {
                message = phone.fresh();
            }
            assertThat(message).startsWith("BYE ");
            phone.ok(message);

            assertThat(join(stopping)).isTrue();
        } finally {
            other.stop();
        }
    }

    @Test
    public void portInUseIsAnErrorThatNamesIt() throws IOException {
        InetSocketAddress address = FreePorts.nextAddress();
        try (DatagramSocket taken = new DatagramSocket(address)) {
            assertThat(taken.isBound()).isTrue();
            SipEndpoint other = endpoint(address);
            assertThatThrownBy(() -> other.start(intake))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot listen on udp://" + "127.0.0.1:")
                    .hasMessageContaining(Integer.toString(address.getPort()));
        }
    }

    private static boolean join(Thread thread) {
        try {
            thread.join(3000);
            return !thread.isAlive();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<Thread> threads() {
        return List.copyOf(Thread.getAllStackTraces().keySet());
    }
}
