package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.NodeConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Datagrams of a trunk's own address, many times more than it may send, beside its calls: they may
/// be of one broken phone, or forged.
public class ForgedFloodTest extends EndpointStand {

    private static final int FLOOD = 500;
    private static final int BUNCH = 20;

    @Override
    SipEndpoint endpoint(InetSocketAddress address, Optional<InetAddress> advertise) {
        return new SipEndpoint(
                new SipSettings(
                        new NodeConfig("test", advertise),
                        new SipConfig(
                                List.of(new Listen("udp", address)), new PortRange(20000, 20100)),
                        List.of(Doors.trunk("pbx", "127.1.0.0/16")),
                        new LimitsConfig(10, 2, Duration.ofSeconds(60), Duration.ofHours(1))),
                counters,
                NanoClock.system());
    }

    /// Each from an address of its own, as each uses up what that may open.
    @DataProvider
    public Object[][] floods() {
        return new Object[][] {
            {"127.1.0.1", "garbage", Counter.SIP_DROPPED_MALFORMED},
            {"127.1.0.2", "CSeq: 99999999999 ", Counter.SIP_DROPPED_MALFORMED},
            {
                "127.1.0.3",
                "Supported: " + "a,".repeat(32) + "a\r\nCSeq: 1 ",
                Counter.SIP_DROPPED_SIZE
            },
        };
    }

    @Test(dataProvider = "floods")
    public void whatIsWrongHindersNoCallAndNoNextOne(String source, String wrong, Counter counter)
            throws IOException {
        try (TextPhone phone = new TextPhone(source, server, "200");
                TextPhone next = new TextPhone(source, server, "201");
                TextPhone forger = new TextPhone(source, server, "202")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            long before = counters.get(counter);
            String message = forger.invite(SDP).replace("CSeq: 1 ", wrong);
            flood(forger, wrong.equals("garbage") ? wrong : message);

            RecordingIntake.Call another = confirmed(next, SDP);
            hangUp(next, another);
            hangUp(phone, call);

            assertThat(counters.get(counter) - before).isEqualTo(FLOOD);
            assertThat(intake.count(forger.callId)).isZero();
        }
    }

    /// New calls of the address have to wait, as nobody can tell them from forged ones.
    @Test
    public void whatIsRightHindersNoCallThatLives() throws IOException {
        try (TextPhone phone = new TextPhone("127.1.0.4", server, "200");
                TextPhone forger = new TextPhone("127.1.0.4", server, "202")) {
            RecordingIntake.Call call = confirmed(phone, SDP);
            long before = counters.get(Counter.SIP_DROPPED_RATE);
            flood(forger, forger.request("OPTIONS", 1, "o", ""));

            hangUp(phone, call);

            assertThat(counters.get(Counter.SIP_DROPPED_RATE)).isGreaterThan(before);
        }
    }

    /// In bunches that the socket has room for, so that nothing of what follows is lost in it.
    private void flood(TextPhone forger, String message) throws IOException {
        for (int sent = 0; sent < FLOOD; sent += BUNCH) {
            long taken = counters.get(Counter.SIP_DATAGRAMS) + BUNCH;
            for (int i = 0; i < BUNCH; i++) {
                forger.send(message);
            }
            long endNanos = System.nanoTime() + TextPhone.PATIENCE_MILLIS * 1_000_000L;
            while (counters.get(Counter.SIP_DATAGRAMS) < taken) {
                assertThat(System.nanoTime()).as("taken in time").isLessThan(endNanos);
                Thread.yield();
            }
        }
    }
}
