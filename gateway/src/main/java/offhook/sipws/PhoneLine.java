package offhook.sipws;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import offhook.fault.PeerException;
import offhook.sip.WireDigest;
import offhook.sip.WireMessage;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import offhook.web.SignIns;
import offhook.web.SocketLine;
import offhook.web.SocketPeer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The WebSocket of one phone: reads its messages on the socket's thread, hands what is sound to
/// the desk. What breaks the protocol ends the socket: no library of a browser writes such things.
final class PhoneLine implements SocketPeer {

    private static final Logger LOG = LogManager.getLogger(PhoneLine.class);

    /// RFC 7118 §5.1.
    private static final Set<String> TRANSPORTS = Set.of("WS", "WSS");

    static final String REALM = "offhook";

    private final PhoneDesk desk;
    private final SocketLine socket;

    // Of the desk's owner.
    private final WireDigest digest = new WireDigest(REALM);
    private @Nullable Phone phone;
    private int unanswered;

    PhoneLine(PhoneDesk desk, SocketLine socket) {
        this.desk = desk;
        this.socket = socket;
    }

    // --- the socket's thread

    @Override
    public void onMessage(byte[] message) {
        if (isKeepAlive(message)) {
            if (message.length >= 4) {
                socket.send("\r\n"); // RFC 5626 §3.5.1
            }
            return;
        }
        try {
            WireMessage read = WireMessage.read(message);
            if (!read.isResponse() && !TRANSPORTS.contains(read.transport())) {
                refuse("Via names another transport");
                return;
            }
            count(read);
            if (!post(read)) {
                socket.close(SocketLine.Why.TRY_LATER, "overloaded");
            }
        } catch (PeerException e) {
            LOG.debug("not understood because={}", e.explanation());
            refuse("no SIP message that can be read");
        }
    }

    private void count(WireMessage came) {
        if (came.isResponse()) {
            desk.traffic().response(Peer.BROWSER, Way.IN, came.method(), came.status());
        } else {
            desk.traffic().request(Peer.BROWSER, Way.IN, came.method());
        }
    }

    /// Tokens are checked here: that may take as long as a network takes.
    private boolean post(WireMessage message) {
        String field =
                message.isResponse() || !message.method().equals("REGISTER")
                        ? ""
                        : message.header("authorization").orElse("");
        Optional<SignIns.Bearer> bearer =
                field.regionMatches(true, 0, "Bearer ", 0, 7)
                        ? desk.signIns().bearer(field.substring(7).strip())
                        : Optional.empty();
        return desk.owner().post(() -> desk.onMessage(this, message, bearer));
    }

    private static boolean isKeepAlive(byte[] message) {
        return message.length <= 4 && new String(message, StandardCharsets.ISO_8859_1).isBlank();
    }

    private void refuse(String why) {
        desk.signIns().malformed();
        socket.close(SocketLine.Why.NOT_UNDERSTOOD, why);
    }

    @Override
    public void onPong() {
        desk.owner().post(() -> unanswered = 0);
    }

    @Override
    public void onClosed() {
        desk.owner().postEnding(() -> desk.onClosed(this));
    }

    // --- the desk's owner

    Optional<Phone> phone() {
        return Optional.ofNullable(phone);
    }

    /// Who the socket is of, from now on.
    void belongsTo(@Nullable Phone who) {
        phone = who;
        if (who != null) {
            socket.signedIn(who.agent());
        }
    }

    WireDigest digest() {
        return digest;
    }

    String address() {
        return socket.address();
    }

    void send(String message) {
        desk.traffic().wrote(Peer.BROWSER, message);
        socket.send(message);
    }

    /// Asks for a sign of life.
    ///
    /// @return false when the last two were not given
    boolean ping() {
        if (unanswered >= 2) {
            return false;
        }
        unanswered++;
        socket.ping();
        return true;
    }

    void close(SocketLine.Why why, String reason) {
        socket.close(why, reason);
    }
}
