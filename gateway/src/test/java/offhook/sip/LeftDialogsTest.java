package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.call.CallInput.LegConfirmed;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.config.TrunkConfig;
import offhook.net.FreePorts;
import offhook.runtime.Await;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import org.testng.annotations.Test;

/// What a gateway that died left open, as the next one ends it.
public class LeftDialogsTest {

    /// Who calls in over TCP does it from a port that is gone with the connection.
    @Test
    public void aCallThatCameByTcpIsHungUpWhereThePeerTakesCalls() throws Exception {
        RecordingIntake intake = new RecordingIntake();
        TrunkConfig pbx = Doors.trunk("pbx", "127.0.0.2");
        InetSocketAddress server = FreePorts.nextAddress();
        String left;
        try (ServerSocket listens =
                new ServerSocket(FreePorts.next(), 5, InetAddress.getByName("127.0.0.2"))) {
            SipEndpoint dead = overTcp(server, pbx);
            dead.start(intake);
            try (Socket connection = new Socket();
                    TextPhone text = new TextPhone("127.0.0.2", server, "200")) {
                connection.bind(new InetSocketAddress("127.0.0.2", 0));
                connection.connect(server);
                connection.setSoTimeout(TextPhone.PATIENCE_MILLIS);
                left = talk(dead, intake, connection, text, listens.getLocalPort());
            } finally {
                dead.stop(Duration.ZERO);
            }

            SipEndpoint next = overTcp(FreePorts.nextAddress(), pbx);
            next.start(intake);
            try {
                next.endLeft(List.of(left));
                listens.setSoTimeout(TextPhone.PATIENCE_MILLIS);
                try (Socket taken = listens.accept()) {
                    taken.setSoTimeout(TextPhone.PATIENCE_MILLIS);
                    assertThat(read(taken)).startsWith("BYE sip:100@pbx.example.com");
                }
            } finally {
                next.stop(Duration.ZERO);
            }
        }
    }

    private static String talk(
            SipEndpoint endpoint,
            RecordingIntake intake,
            Socket connection,
            TextPhone text,
            int contactPort)
            throws Exception {
        String via = "127.0.0.2:" + connection.getLocalPort();
        String contact = "pbx.example.com:" + contactPort + ";transport=tcp";
        write(connection, text.invite(EndpointStand.SDP), text, via, contact);
        assertThat(read(connection)).startsWith("SIP/2.0 100 ");
        RecordingIntake.Call call = intake.take(text.callId);
        call.leg.answer(SdpParser.parse(EndpointStand.SDP));
        String ok = read(connection);
        assertThat(ok).startsWith("SIP/2.0 200 ");
        text.follow(ok);
        write(connection, text.ack(""), text, via, contact);
        call.next(LegConfirmed.class);
        assertThat(endpoint.openDialogs()).hasSize(1);
        return endpoint.openDialogs().getFirst();
    }

    private static void write(
            Socket connection, String message, TextPhone text, String via, String contact)
            throws IOException {
        String sent =
                message.replace("SIP/2.0/UDP " + text.at(), "SIP/2.0/TCP " + via)
                        .replace("<sip:100@" + text.at() + ">", "<sip:100@" + contact + ">");
        connection.getOutputStream().write(sent.getBytes(StandardCharsets.UTF_8));
    }

    /// A message; none of those here that begin otherwise than with a body has one of its own.
    private static String read(Socket connection) throws IOException {
        StringBuilder message = new StringBuilder();
        while (message.indexOf("\r\n\r\n") < 0) {
            int next = connection.getInputStream().read();
            if (next < 0) {
                throw new AssertionError("closed after " + message);
            }
            message.append((char) next);
        }
        int body = Integer.parseInt(TextPhone.header(message.toString(), "Content-Length"));
        connection.getInputStream().readNBytes(body);
        return message.toString();
    }

    @Test
    public void aByeThatIsNotAnsweredIsLeftToTheNextStartAndOneThatIsChallengedGoesAgain()
            throws Exception {
        try (TextTrunk trunk = new TextTrunk()) {
            TrunkConfig pbx =
                    Doors.read(
                            """
                            {name: pbx, uri: "sip:%s;transport=udp", auth: {username: gw,
                            password: secret, realm: pbx, in-dialog: true}}\
                            """
                                    .formatted(trunk.at()));
            SipEndpoint endpoint =
                    Endpoints.on(FreePorts.nextAddress(), new Counters(), List.of(pbx));
            endpoint.start(new RecordingIntake());
            try {
                endpoint.endLeft(List.of(left(trunk, "pbx").text(), left(trunk, "gone").text()));
                String first = trunk.expect("BYE ");
                assertThat(endpoint.openDialogs())
                        .as("until it is answered, the number that it has used up included")
                        .containsExactly(left(trunk, "pbx").after(1007).text());
                assertThat(TextPhone.header(first, "CSeq")).isEqualTo("1007 BYE");

                trunk.answer(
                        first,
                        "407 Proxy Authentication Required",
                        "",
                        "",
                        "Proxy-Authenticate: Digest realm=\"pbx\", nonce=\"one\", qop=\"auth\"\r\n");
                String again = trunk.fresh();
                assertThat(TextPhone.header(again, "Proxy-Authorization")).contains("\"gw\"");
                assertThat(endpoint.openDialogs()).hasSize(1);
                trunk.answer(again, "200 OK", "", "");
                awaitNone(endpoint);
            } finally {
                endpoint.stop(Duration.ZERO);
            }
        }
    }

    private static LeftDialog left(TextTrunk at, String trunk) {
        return new LeftDialog(
                trunk,
                "udp",
                "left@gw",
                "sip:gw@127.0.0.1",
                "ours",
                "sip:200@127.0.0.2",
                "theirs",
                "sip:200@" + at.at(),
                List.of(),
                7,
                "127.0.0.2",
                at.port());
    }

    private static void awaitNone(SipEndpoint endpoint) {
        Await.until("the end of all dialogs", () -> endpoint.openDialogs().isEmpty());
    }

    private static SipEndpoint overTcp(InetSocketAddress server, TrunkConfig trunk) {
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", Optional.empty()),
                        new SipConfig(
                                List.of(new Listen("tcp", server)), new PortRange(20000, 20100)),
                        List.of(trunk),
                        new LimitsConfig(10, 1000, Duration.ofSeconds(60), Duration.ofHours(1))),
                new Counters(),
                NanoClock.system());
    }
}
