package offhook.ice;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The ICE-lite agent of one browser leg (RFC 8445 §2.5): one component, one host candidate, always
/// controlled. Owned by the media loop of its leg.
///
/// It sends nothing of itself, only responses to checks whose MESSAGE-INTEGRITY proves that the
/// sender knows our password; all else meets silence and changes nothing. An address is valid once
/// such a check came from it, and media goes to the one the peer nominated last.
public final class IceLiteAgent {

    /// Consent to send lasts this long after the last sign of the peer (RFC 7675 §5.1).
    public static final long CONSENT_NANOS = 30_000_000_000L;

    private static final int MAX_VALIDATED = 4;

    private final StunMessage message = new StunMessage();
    private final StunResponse response = new StunResponse();
    private final InetSocketAddress[] validated = new InetSocketAddress[MAX_VALIDATED];
    private final long[] lastCheckNanos = new long[MAX_VALIDATED];
    private int validatedCount;
    private Optional<InetSocketAddress> nominated = Optional.empty();
    private long lastSignNanos;
    private Session session;
    // What was in force before a restart, until the new session nominates.
    private @Nullable Session replaced;

    /// @param local our credentials
    /// @param remoteUfrag the peer's fragment
    /// @param nowNanos now; consent is counted from here
    public IceLiteAgent(IceCredentials local, String remoteUfrag, long nowNanos) {
        this.session = new Session(local, remoteUfrag);
        this.lastSignNanos = nowNanos;
    }

    /// The part of a STUN message's USERNAME that names the receiver, to find its agent by; empty
    /// when it cannot be one of ours. Nothing is verified yet.
    public static String localUfrag(byte[] bytes, int offset, int length) {
        return StunMessage.localUfrag(bytes, offset, length);
    }

    /// Restarts (RFC 8445 §9): from now on new credentials count. The old ones go on counting, and
    /// the address in use stays, until the peer nominates under the new ones.
    public void restart(IceCredentials local, String remoteUfrag) {
        if (replaced == null) {
            // A second restart before that drops the first one's, not those in use.
            replaced = session;
        }
        session = new Session(local, remoteUfrag);
    }

    /// Whether the credentials from before a restart still count.
    public boolean isRestarting() {
        return replaced != null;
    }

    /// Handles a STUN message.
    public IceResult onStun(
            byte[] bytes, int offset, int length, InetSocketAddress source, long nowNanos) {
        if (!message.read(bytes, offset, length)) {
            return IceResult.REFUSED;
        }
        if (message.type() == StunMessage.BINDING_INDICATION) {
            // RFC 8445 §11: a keepalive; it proves nothing and wants nothing.
            return IceResult.IGNORED;
        }
        if (message.type() != StunMessage.BINDING_REQUEST || !message.hasUsername()) {
            return IceResult.REFUSED;
        }
        Session addressed = addressed();
        if (addressed == null
                || !addressed.integrity.verify(message)
                || !addressed.isRemote(message)) {
            return IceResult.REFUSED;
        }
        return onAuthentic(addressed, source, nowNanos);
    }

    private IceResult onAuthentic(Session addressed, InetSocketAddress source, long nowNanos) {
        if (message.unknownCount() > 0) {
            response.unknownAttributes(message, addressed.integrity);
            return IceResult.RESPOND;
        }
        if (message.isControlled()) {
            // RFC 8445 §6.1.1: beside a lite agent the full one controls.
            response.roleConflict(message, addressed.integrity);
            return IceResult.RESPOND;
        }
        response.success(message, source, addressed.integrity);
        lastSignNanos = nowNanos;
        validate(source, nowNanos);
        if (!message.hasUseCandidate()) {
            return IceResult.RESPOND;
        }
        if (addressed == session) {
            replaced = null;
        }
        if (nominated.isPresent() && nominated.get().equals(source)) {
            return IceResult.RESPOND;
        }
        nominated = Optional.of(source);
        return IceResult.RESPOND_AND_NOMINATED;
    }

    private @Nullable Session addressed() {
        if (message.localUfragIs(session.localUfrag)) {
            return session;
        }
        Session old = replaced;
        return old != null && message.localUfragIs(old.localUfrag) ? old : null;
    }

    /// Remembers a valid address; a new one takes the place of the one that was silent longest.
    private void validate(InetSocketAddress source, long nowNanos) {
        int place = 0;
        for (int i = 0; i < validatedCount; i++) {
            if (validated[i].equals(source)) {
                lastCheckNanos[i] = nowNanos;
                return;
            }
        }
        if (validatedCount < MAX_VALIDATED) {
            place = validatedCount++;
        } else {
            long oldest = Long.MIN_VALUE;
            for (int i = 0; i < MAX_VALIDATED; i++) {
                long age = nowNanos - lastCheckNanos[i];
                if (age > oldest && !isNominated(validated[i])) {
                    oldest = age;
                    place = i;
                }
            }
        }
        validated[place] = source;
        lastCheckNanos[place] = nowNanos;
    }

    /// The response to send after [IceResult#RESPOND]; holds until the next message.
    public byte[] responseBytes() {
        return response.bytes();
    }

    /// Length of the response, from the start of [#responseBytes].
    public int responseLength() {
        return response.length();
    }

    /// Where media goes: the address the peer nominated last.
    public Optional<InetSocketAddress> nominated() {
        return nominated;
    }

    /// Whether a check from this address has been authenticated. DTLS and SRTP from elsewhere are a
    /// stranger's.
    public boolean isValidated(InetSocketAddress source) {
        for (int i = 0; i < validatedCount; i++) {
            if (validated[i].equals(source)) {
                return true;
            }
        }
        return false;
    }

    private boolean isNominated(InetSocketAddress address) {
        return nominated.isPresent() && nominated.get().equals(address);
    }

    /// An SRTP or SRTCP packet was authentic: as good a sign of life as a check.
    public void onAuthenticPacket(long nowNanos) {
        lastSignNanos = nowNanos;
    }

    /// When the last authentic check or packet came.
    public long lastSignNanos() {
        return lastSignNanos;
    }

    /// Whether consent has run out: nothing may be sent any more.
    public boolean isExpired(long nowNanos) {
        return nowNanos - lastSignNanos >= CONSENT_NANOS;
    }

    /// Credentials of both sides, between two restarts.
    private static final class Session {

        final byte[] localUfrag;
        final StunIntegrity integrity;
        final byte[] remoteUfrag;

        Session(IceCredentials local, String remoteUfrag) {
            this.localUfrag = local.ufrag().getBytes(StandardCharsets.UTF_8);
            this.integrity = new StunIntegrity(local.password());
            this.remoteUfrag = remoteUfrag.getBytes(StandardCharsets.UTF_8);
        }

        /// Whether USERNAME ends with the peer's fragment.
        boolean isRemote(StunMessage message) {
            return message.usernameIs(localUfrag, remoteUfrag);
        }
    }
}
