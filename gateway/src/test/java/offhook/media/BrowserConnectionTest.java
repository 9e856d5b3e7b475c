package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import offhook.call.CallId;
import offhook.call.CallInbox;
import offhook.call.CodecPreference;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.dtls.DtlsIdentity;
import offhook.net.PortPool;
import offhook.net.UdpEndpoint;
import offhook.runtime.NanoClock;
import offhook.sdp.OpusParameters;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counters;
import org.testng.annotations.AfterClass;
import org.testng.annotations.BeforeClass;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// Which of a browser's connections an offer is about, on a loop that does not run.
public class BrowserConnectionTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();
    private static final String FIRST_PRINT =
            "D2:B9:31:8F:DF:24:D8:0E:ED:D2:EF:25:9E:AF:6F:B8"
                    + ":34:AE:53:9C:E6:F3:8F:F2:64:15:FA:E8:7F:53:2D:38";
    private static final String OTHER_PRINT = FIRST_PRINT.replace("D2:B9", "D3:B9");

    private PortPool pool;
    private LoopKit kit;
    private BrowserProfile browsers;

    @BeforeClass
    public void open() throws IOException {
        Counters counters = new Counters();
        NanoClock clock = NanoClock.system();
        MediaLoop loop = new MediaLoop(0, clock, counters);
        pool = new PortPool(LOOPBACK, 23_200, 23_299, UdpEndpoint.Options.PLAIN, new Random(7));
        kit =
                LoopKits.of(
                        loop,
                        RtpHosts.of(pool, LOOPBACK),
                        new BrowserPort(loop, new InetSocketAddress(LOOPBACK, 0), counters),
                        counters);
        browsers =
                new BrowserProfile(
                        List.of(AudioCodec.OPUS),
                        new OpusParameters(8000, 24_000, true, true),
                        List.of(LOOPBACK),
                        7882,
                        DtlsIdentity.generate(),
                        Thread.ofVirtual().factory(),
                        new Grace(Duration.ofSeconds(60)));
    }

    @AfterClass(alwaysRun = true)
    public void close() {
        pool.close();
    }

    @Test
    public void sameOfferAgainChangesNothing() throws SdpException {
        BrowserLeg leg = leg();
        SessionDescription before = leg.describe(offer(1, "aaaa", FIRST_PRINT));

        assertThat(ufrag(leg.describe(offer(1, "aaaa", FIRST_PRINT)))).isEqualTo(ufrag(before));
    }

    @Test
    public void newCredentialsOfTheSameConnectionRestartIt() throws SdpException {
        BrowserLeg leg = leg();
        SessionDescription before = leg.describe(offer(1, "aaaa", FIRST_PRINT));

        SessionDescription after = leg.describe(offer(1, "bbbb", FIRST_PRINT));

        assertThat(ufrag(after)).isNotEqualTo(ufrag(before));
        assertThat(after.origin().version()).isEqualTo(before.origin().version() + 1);
    }

    @DataProvider
    public Object[][] otherConnections() {
        return new Object[][] {
            {offer(2, "cccc", FIRST_PRINT)}, {offer(1, "cccc", OTHER_PRINT)},
        };
    }

    @Test(dataProvider = "otherConnections")
    public void anotherConnectionIsMadeBesideTheOneInUse(Optional<SessionDescription> other)
            throws SdpException {
        BrowserLeg leg = leg();
        SessionDescription first = leg.describe(offer(1, "aaaa", FIRST_PRINT));

        SessionDescription second = leg.describe(other);
        SessionDescription secondAgain = leg.describe(other);
        SessionDescription firstAgain = leg.describe(offer(1, "aaaa", FIRST_PRINT));

        assertThat(ufrag(second)).isNotEqualTo(ufrag(first));
        assertThat(second.origin().version()).as("of a session of its own").isEqualTo(1);
        assertThat(ufrag(secondAgain)).isEqualTo(ufrag(second));
        assertThat(ufrag(firstAgain)).as("it is in use all along").isEqualTo(ufrag(first));
    }

    @Test
    public void offerThatCannotBeServedLeavesTheConnectionInUse() throws SdpException {
        BrowserLeg leg = leg();
        SessionDescription first = leg.describe(offer(1, "aaaa", FIRST_PRINT));
        Optional<SessionDescription> lite =
                Optional.of(
                        parsed(text(2, "cccc", OTHER_PRINT).replace("t=0 0", "t=0 0\na=ice-lite")));

        assertThatThrownBy(() -> leg.describe(lite)).isInstanceOf(SdpException.class);

        assertThat(ufrag(leg.describe(offer(1, "aaaa", FIRST_PRINT)))).isEqualTo(ufrag(first));
    }

    private BrowserLeg leg() {
        CallId call = CallId.next();
        CallInbox inbox = OverheardCall.silent(call);
        return new BrowserLeg(
                kit,
                browsers,
                CodecPreference.QUALITY,
                null,
                new LegEvents(new LegId(call, 1), inbox),
                new LegMeter(AudioCodec.OPUS, kit.loop().nowNanos()));
    }

    private static String ufrag(SessionDescription local) {
        return local.media().getFirst().ice().credentials().orElseThrow().ufrag();
    }

    private static Optional<SessionDescription> offer(long session, String ufrag, String print) {
        return Optional.of(parsed(text(session, ufrag, print)));
    }

    private static SessionDescription parsed(String text) {
        try {
            return SdpParser.parse(text.replace("\n", "\r\n"), SdpLimits.BROWSER);
        } catch (SdpException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(long session, String ufrag, String print) {
        return """
        v=0
        o=- %d 2 IN IP4 127.0.0.1
        s=-
        t=0 0
        a=group:BUNDLE 0
        m=audio 9 UDP/TLS/RTP/SAVPF 111
        c=IN IP4 0.0.0.0
        a=ice-ufrag:%s
        a=ice-pwd:2/1muCWoOi3uLifh0NuRHlYB
        a=fingerprint:sha-256 %s
        a=setup:actpass
        a=mid:0
        a=sendrecv
        a=rtcp-mux
        a=rtpmap:111 opus/48000/2
        """
                .formatted(session, ufrag, print);
    }
}
