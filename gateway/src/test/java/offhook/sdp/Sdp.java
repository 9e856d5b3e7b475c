package offhook.sdp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Descriptions and capabilities for tests.
final class Sdp {

    static final String FINGERPRINT = "AB:".repeat(31) + "CD";

    private Sdp() {}

    static String resource(String name) {
        try (InputStream in = Sdp.class.getResourceAsStream("/sdp/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\n", "\r\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SessionDescription parse(String text) {
        try {
            return SdpParser.parse(text, SdpLimits.BROWSER);
        } catch (SdpException e) {
            throw new AssertionError(text, e);
        }
    }

    /// An offer of a phone: our usual session lines, then these.
    static SessionDescription phone(String... lines) {
        return parse(
                "v=0\r\no=- 1 1 IN IP4 192.0.2.9\r\ns=-\r\nc=IN IP4 192.0.2.9\r\nt=0 0\r\n"
                        + String.join("\r\n", lines)
                        + "\r\n");
    }

    static TrunkCapabilities trunk(String... codecs) {
        return new TrunkCapabilities(
                List.of(codecs),
                new OpusParameters(48000, 24000, true, true),
                true,
                Direction.SENDRECV,
                InetAddress.ofLiteral("203.0.113.10"),
                10000,
                10001,
                20,
                77);
    }

    static BrowserCapabilities browser(String... codecs) {
        return new BrowserCapabilities(
                List.of(codecs),
                new OpusParameters(8000, 24000, true, true),
                true,
                Direction.SENDRECV,
                List.of(InetAddress.ofLiteral("203.0.113.10")),
                7882,
                new IceCredentials("oursUfrag", "ourPassword0123456789ab"),
                new Fingerprint("sha-256", FINGERPRINT),
                4_000_000_001L,
                "cname1",
                "stream1 track1",
                88);
    }
}
