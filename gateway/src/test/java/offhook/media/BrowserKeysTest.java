package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.dtls.DtlsIdentity;
import offhook.ice.ConnectivityCheck;
import offhook.net.FirstByte;
import offhook.net.PacketBuffer;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.runtime.NanoClock;
import offhook.sdp.OpusParameters;
import offhook.srtp.SrtpProfile;
import offhook.srtp.SrtpResult;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterMethod;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

/// How long a browser that checks may take until there are keys, on a loop that does not run.
public class BrowserKeysTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    private final Counters counters = new Counters();
    private final User user = new User();
    private final DtlsIdentity identity = DtlsIdentity.generate();
    private PortPool pool;
    private DatagramSocket browser;
    private BrowserPort port;
    private BrowserTransport transport;
    private long answeredNanos;

    /// Notes why it failed.
    private static final class User implements BrowserTransport.User {

        private final List<String> failures = new ArrayList<>();

        @Override
        public void onConnected(SrtpProfile suite) {}

        @Override
        public void onRefused(SrtpResult why) {}

        @Override
        public void onRtp(PacketBuffer packet, long nowNanos) {}

        @Override
        public void onRtcp(PacketBuffer packet, long nowNanos) {}

        @Override
        public void onFailed(String reason, String detail) {
            failures.add(detail);
        }

        @Override
        public void onDefect(RuntimeException defect) {
            throw defect;
        }
    }

    @BeforeMethod
    public void agree() throws IOException {
        user.failures.clear();
        MediaLoop loop = new MediaLoop(0, NanoClock.system(), counters);
        pool = new PortPool(LOOPBACK, 23_300, 23_399, UdpEndpoint.Options.PLAIN, new Random(7));
        port = new BrowserPort(loop, new InetSocketAddress(LOOPBACK, 0), counters);
        browser = new DatagramSocket(new InetSocketAddress(LOOPBACK, 0));
        LoopKit kit = LoopKits.of(loop, RtpHosts.of(pool, LOOPBACK), port, counters);
        BrowserProfile profile =
                new BrowserProfile(
                        List.of(AudioCodec.OPUS),
                        new OpusParameters(8000, 24_000, true, true),
                        List.of(LOOPBACK),
                        port.localAddress().getPort(),
                        identity,
                        Thread.ofVirtual().factory(),
                        new Grace(Duration.ofSeconds(60)));
        CallId call = CallId.next();
        CallInbox inbox = OverheardCall.silent(call);
        transport =
                new BrowserTransport(
                        kit, profile, 1, new LegEvents(new LegId(call, 1), inbox), user);
        answeredNanos = loop.nowNanos();
        transport.agree("them", identity.fingerprint());
    }

    @AfterMethod(alwaysRun = true)
    public void close() {
        transport.close();
        port.close();
        browser.close();
        pool.close();
    }

    private void check(double seconds) {
        byte[] request = new ConnectivityCheck(transport.credentials(), "them").request();
        PacketBuffer datagram =
                new PacketBuffer()
                        .append(request, 0, request.length)
                        .source((InetSocketAddress) browser.getLocalSocketAddress());
        transport.onDatagram(FirstByte.STUN, datagram, at(seconds));
    }

    private long at(double seconds) {
        return answeredNanos + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    }

    @Test
    public void browserThatChecksAndNeverShakesHandsFailsOnce() {
        long before = counters.get(Counter.DTLS_FAILED);
        check(0.1);
        transport.upkeep(at(11.4));
        assertThat(user.failures).isEmpty();

        transport.upkeep(at(11.6));
        transport.upkeep(at(11.8));

        assertThat(user.failures)
                .containsExactly(
                        "the browser's connectivity checks came, but no DTLS packet of it");
        assertThat(counters.get(Counter.DTLS_FAILED)).isEqualTo(before + 1);
    }

    @Test
    public void phoneThatIsSentItsAnswerLateHasAsLongFromThenOn() {
        transport.upkeep(at(20));
        check(30);
        transport.upkeep(at(30.1));
        check(35);
        transport.upkeep(at(41.4));
        assertThat(user.failures).isEmpty();

        transport.upkeep(at(41.6));

        assertThat(user.failures).hasSize(1);
    }
}
