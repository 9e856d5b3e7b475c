package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import offhook.call.CallInput;
import offhook.call.Party;
import offhook.net.FreePorts;
import offhook.sdp.SdpParser;
import offhook.telemetry.Counters;
import offhook.tls.TestAuthority;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.Test;

/// A connection of TLS breaks under the requests of many calls.
public class BrokenTlsConnectionTest {

    private static final int MILLIS = 20_000;
    private static final int CALLS = 12;

    private static final String SDP =
            """
            v=0\r
            o=- 1 1 IN IP4 127.0.0.33\r
            s=-\r
            c=IN IP4 127.0.0.33\r
            t=0 0\r
            m=audio 30000 RTP/AVP 8\r
            a=rtpmap:8 PCMA/8000\r
            """;

    private TlsFolder folder;
    private ServerSocket pbx;
    private SipEndpoint endpoint;

    @BeforeClass
    public void start() throws Exception {
        folder = new TlsFolder();
        pbx = TextTls.listen("127.0.0.33");
        pbx.setSoTimeout(MILLIS);
        endpoint =
                folder.endpoint(
                        """
                        sip:
                          listen: ["tls://127.0.0.1:%d"]
                          tls: {certificate: own.pem, key: key.pem, ca: ca.pem}
                        trunks:
                          - name: pbx
                            uri: "sip:127.0.0.33:%d;transport=tls"
                            failover-seconds: 30
                        """
                                .formatted(FreePorts.nextAddress().getPort(), pbx.getLocalPort()),
                        new Counters());
        endpoint.start(new RecordingIntake());
    }

    @AfterClass(alwaysRun = true)
    public void stop() throws Exception {
        endpoint.stop();
        pbx.close();
        folder.close();
    }

    /// Each attempt may take seconds, so that callers would wait for minutes.
    @Test
    public void requestsOfABrokenConnectionWaitForOneAttemptTogether() throws Exception {
        List<RecordingIntake.Call> calls = new ArrayList<>();
        for (int i = 0; i < CALLS; i++) {
            calls.add(
                    Endpoints.dial(
                                    endpoint,
                                    "pbx",
                                    new Party("34911", "Bob"),
                                    "2" + i,
                                    SdpParser.parse(SDP))
                            .call());
        }
        TestAuthority.Identity shown = folder.authority().issue("ip:127.0.0.33");
        try (TextTls first = TextTls.accept(pbx, shown.context())) {
            first.socket().setSoTimeout(MILLIS);
            for (int i = 0; i < CALLS; i++) {
                first.expect("INVITE ");
            }
        }
        AtomicInteger attempts = new AtomicInteger();
        Thread refusing = Thread.ofVirtual().start(() -> refuse(attempts));

        for (RecordingIntake.Call call : calls) {
            assertThat(call.next(CallInput.LegEnded.class, MILLIS).cause().reason())
                    .isEqualTo("trunk-unreachable");
        }

        pbx.close();
        refusing.join();
        assertThat(attempts).hasValue(1);
    }

    /// Lets nobody shake hands, until nothing listens any more.
    private void refuse(AtomicInteger attempts) {
        while (true) {
            try {
                pbx.accept().close();
                attempts.incrementAndGet();
            } catch (SocketException _) {
                return;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
