package offhook.e2e.phone;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import offhook.e2e.process.Ports;

/// A SIP telephone that writes its messages as text: it calls, and answers what comes within a
/// call.
public final class Phone implements AutoCloseable {
    private final Map<String, PhoneCall> calls = new ConcurrentHashMap<>();
    private final InetSocketAddress gateway;
    private final String user;
    private final String displayName;
    private final SipWire wire;
    private String allow = "";
    private String more = "";

    private Phone(
            InetAddress own,
            InetSocketAddress gateway,
            String user,
            String displayName,
            boolean tcp) {
        this.gateway = gateway;
        this.user = user;
        this.displayName = displayName;
        this.wire =
                tcp
                        ? SipWire.tcp(own, gateway, this::onMessage)
                        : SipWire.udp(own, gateway, this::onMessage);
    }

    /// A phone with the number `user`, on a port of its own.
    public static Phone udp(InetSocketAddress gateway, String user) {
        return udp(InetAddress.getLoopbackAddress(), gateway, user, "Maria");
    }

    public static Phone tcp(InetSocketAddress gateway, String user) {
        return new Phone(InetAddress.getLoopbackAddress(), gateway, user, "Maria", true);
    }

    /// A phone at another address of this machine, with another name.
    ///
    /// @param displayName as it stands between the quotes of From
    public static Phone udp(
            InetAddress own, InetSocketAddress gateway, String user, String displayName) {
        return new Phone(own, gateway, user, displayName, false);
    }

    /// Says in its INVITEs which methods it serves.
    public Phone allowing(String methods) {
        allow = methods;
        return this;
    }

    /// Says one more header field in its INVITEs.
    public Phone adding(String field) {
        more = field;
        return this;
    }

    /// Sends an INVITE; the call's own methods wait for what follows.
    ///
    /// @param number the user part that is called
    public PhoneCall invite(String number, CallOffer offer) {
        return invite(number, offer, media(offer));
    }

    /// Media for a call that is yet to be made.
    public RtpPhone media(CallOffer offer) {
        return new RtpPhone(wire.local().getAddress(), Ports.freePair(), offer);
    }

    /// The same with other means to carry its sound.
    public PhoneCall invite(String number, CallOffer offer, PhoneMedia media) {
        String host = SipMessage.host(gateway.getAddress()) + ":" + gateway.getPort();
        var call =
                new PhoneCall(
                        wire,
                        user,
                        displayName,
                        allow,
                        more,
                        "sip:" + number + "@" + host,
                        UUID.randomUUID() + "",
                        offer,
                        media);
        calls.put(call.callId(), call);
        call.start();
        return call;
    }

    private void onMessage(SipMessage message) {
        PhoneCall call = calls.get(message.header("Call-ID"));
        if (call != null) {
            call.onMessage(message);
        }
    }

    @Override
    public void close() {
        calls.values().forEach(PhoneCall::close);
        wire.close();
    }
}
