package offhook.sdp;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.Optional;

/// Writes session descriptions (RFC 8866 §5), lines ended by CR LF.
public final class SdpWriter {

    private final StringBuilder text = new StringBuilder(1024);

    private SdpWriter() {}

    /// The text of a description.
    public static String write(SessionDescription description) {
        SdpWriter writer = new SdpWriter();
        writer.session(description);
        return writer.text.toString();
    }

    /// `IN IP4 192.0.2.1`
    static String address(InetAddress address) {
        return (address instanceof Inet6Address ? "IN IP6 " : "IN IP4 ") + address.getHostAddress();
    }

    private void line(String line) {
        text.append(line).append("\r\n");
    }

    private void attribute(String name, String value) {
        line("a=" + name + ":" + value);
    }

    private void session(SessionDescription d) {
        SessionDescription.Origin o = d.origin();
        line("v=0");
        line(
                "o=%s %s %s %s %s"
                        .formatted(
                                o.username(),
                                Long.toUnsignedString(o.sessionId()),
                                Long.toUnsignedString(o.version()),
                                o.address().indexOf(':') >= 0 ? "IN IP6" : "IN IP4",
                                o.address()));
        line("s=" + d.name());
        d.connection().ifPresent(c -> line("c=" + address(c)));
        line("t=0 0");
        if (!d.bundle().isEmpty()) {
            attribute("group", "BUNDLE " + String.join(" ", d.bundle()));
        }
        if (d.iceLite()) {
            line("a=ice-lite");
        }
        for (MediaSection section : d.media()) {
            section(section, d.connection());
        }
    }

    private void section(MediaSection s, Optional<InetAddress> sessionConnection) {
        line(
                "m=%s %d %s %s"
                        .formatted(
                                s.media(),
                                s.port(),
                                s.protocol(),
                                String.join(" ", s.formatList())));
        if (!s.connection().equals(sessionConnection)) {
            s.connection().ifPresent(c -> line("c=" + address(c)));
        }
        rtcp(s.rtcp());
        ice(s.ice());
        dtls(s.dtls());
        for (CryptoLine line : s.crypto()) {
            if (line instanceof CryptoLine.Usable(Crypto crypto)) {
                attribute("crypto", crypto.value());
            }
        }
        s.mid().ifPresent(mid -> attribute("mid", mid));
        for (MediaSection.HeaderExtension e : s.extensions()) {
            String direction = e.direction().map(d -> "/" + d.attribute()).orElse("");
            attribute("extmap", e.id() + direction + " " + e.uri());
        }
        formats(s);
        line("a=" + s.direction().attribute());
        s.msid().ifPresent(msid -> attribute("msid", msid));
        for (MediaSection.Source source : s.sources()) {
            attribute("ssrc", source.ssrc() + " " + source.attribute());
        }
    }

    private void rtcp(MediaSection.Rtcp rtcp) {
        rtcp.port()
                .ifPresent(port ->
                        attribute(
                                "rtcp",
                                port + rtcp.address().map(a -> " " + address(a)).orElse("")));
        if (rtcp.mux()) {
            line("a=rtcp-mux");
        }
        if (rtcp.reducedSize()) {
            line("a=rtcp-rsize");
        }
        if (rtcp.extended().isAny()) {
            attribute("rtcp-xr", rtcp.extended().value());
        }
    }

    private void ice(MediaSection.Ice ice) {
        ice.credentials()
                .ifPresent(c -> {
                    attribute("ice-ufrag", c.ufrag());
                    attribute("ice-pwd", c.password());
                });
        if (!ice.options().isEmpty()) {
            attribute("ice-options", String.join(" ", ice.options()));
        }
        for (String candidate : ice.candidates()) {
            attribute("candidate", candidate);
        }
        if (ice.endOfCandidates()) {
            line("a=end-of-candidates");
        }
    }

    private void dtls(MediaSection.Dtls dtls) {
        for (Fingerprint fingerprint : dtls.fingerprints()) {
            attribute("fingerprint", fingerprint.hash() + " " + fingerprint.value());
        }
        dtls.setup().ifPresent(setup -> attribute("setup", setup.attribute()));
    }

    private void formats(MediaSection s) {
        for (RtpFormat f : s.formats()) {
            String channels = f.channels() == 1 ? "" : "/" + f.channels();
            attribute(
                    "rtpmap",
                    f.payloadType() + " " + f.encodingName() + "/" + f.clockRateHz() + channels);
            f.fmtp().ifPresent(p -> attribute("fmtp", f.payloadType() + " " + p));
        }
        s.ptimeMillis().ifPresent(p -> attribute("ptime", Integer.toString(p)));
        s.maxPtimeMillis().ifPresent(p -> attribute("maxptime", Integer.toString(p)));
    }
}
