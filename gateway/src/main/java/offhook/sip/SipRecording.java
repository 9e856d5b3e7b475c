package offhook.sip;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Locale;
import offhook.config.TrunkConfig;
import offhook.telemetry.SipTraffic;
import offhook.trace.MessageTap;
import offhook.trace.Passed;

/// Shows whoever records what passes the sockets of trunks, as it is on the wire, and counts what
/// leaves. Any thread.
final class SipRecording {

    private final SipTrunks trunks;
    private final SipTraffic traffic;
    private final InstantSource wallClock;

    /// Written once, before anything passes.
    private volatile MessageTap tap = MessageTap.NONE;

    SipRecording(SipTrunks trunks, SipTraffic traffic, InstantSource wallClock) {
        this.trunks = trunks;
        this.traffic = traffic;
        this.wallClock = wallClock;
    }

    void showTo(MessageTap recorder) {
        tap = recorder;
    }

    /// A message of a peer came whole.
    void received(
            Transport transport,
            InetSocketAddress local,
            InetSocketAddress remote,
            byte[] bytes,
            int lengthBytes) {
        pass(false, transport, local, remote, bytes, lengthBytes);
    }

    /// A message of ours leaves.
    void sent(
            Transport transport,
            InetSocketAddress local,
            InetSocketAddress remote,
            byte[] bytes,
            int lengthBytes) {
        traffic.wrote(
                SipTraffic.Peer.TRUNK,
                new String(bytes, 0, lengthBytes, StandardCharsets.ISO_8859_1));
        pass(true, transport, local, remote, bytes, lengthBytes);
    }

    private void pass(
            boolean sent,
            Transport transport,
            InetSocketAddress local,
            InetSocketAddress remote,
            byte[] bytes,
            int lengthBytes) {
        MessageTap to = tap;
        if (!to.equals(MessageTap.NONE)) {
            to.passed(
                    new Passed(
                            wallClock.instant(),
                            sent,
                            Passed.Kind.SIP,
                            transport.name().toLowerCase(Locale.ROOT),
                            local,
                            remote,
                            trunk(remote, transport),
                            "",
                            Arrays.copyOf(bytes, lengthBytes)));
        }
    }

    private String trunk(InetSocketAddress remote, Transport transport) {
        return trunks.peer(remote.getAddress(), remote.getPort(), transport)
                .or(() -> trunks.owner(remote.getAddress()))
                .map(TrunkConfig::name)
                .orElse("");
    }
}
