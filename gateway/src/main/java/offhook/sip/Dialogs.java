package offhook.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import offhook.call.CallId;
import offhook.call.ReplacedDialog;
import offhook.config.TrunkConfig;

/// The dialogs of calls that live, by what the peer's requests say of them: Call-ID and the peer's
/// own tag (RFC 3261 §12). Any thread.
final class Dialogs {

    /// What identifies a dialog before the stack has seen a request of it.
    ///
    /// @param callId the Call-ID
    /// @param remoteTag the peer's tag: of From in its requests, of To in ours
    record Key(String callId, String remoteTag) {}

    private final ConcurrentHashMap<Key, SipDialogLeg> legs = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, OutgoingSipLeg> outgoing = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<String, InetSocketAddress> aims = new ConcurrentHashMap<>();
    private final Set<SipDialogLeg> parting = ConcurrentHashMap.newKeySet();

    /// Written once, before the first dialog.
    private volatile BiConsumer<String, CallId> told = (_, _) -> {};

    /// Whoever is to know which call a Call-ID is of.
    void tell(BiConsumer<String, CallId> recorder) {
        told = recorder;
    }

    /// Enters a dialog.
    ///
    /// @return false, and nothing is changed, when another one lives under the same key
    boolean add(Key key, SipDialogLeg leg) {
        boolean entered = legs.putIfAbsent(key, leg) == null;
        if (entered) {
            told.accept(key.callId(), leg.id().call());
        }
        return entered;
    }

    Optional<SipDialogLeg> find(Key key) {
        return Optional.ofNullable(legs.get(key));
    }

    /// The leg of a dialog of ours, from whichever of its ends it is named.
    Optional<SipDialogLeg> find(ReplacedDialog dialog) {
        return find(dialog.callId(), dialog.fromTag(), dialog.toTag())
                .or(() -> find(dialog.callId(), dialog.toTag(), dialog.fromTag()));
    }

    private Optional<SipDialogLeg> find(String callId, String remoteTag, String localTag) {
        return find(new Key(callId, remoteTag)).filter(leg -> leg.isLocalTag(localTag));
    }

    /// The leg of a call whose INVITE came in.
    Optional<IncomingSipLeg> incoming(CallId call) {
        return legs.values().stream()
                .filter(IncomingSipLeg.class::isInstance)
                .map(IncomingSipLeg.class::cast)
                .filter(leg -> leg.id().call().equals(call))
                .findFirst();
    }

    /// Forgets a dialog, unless it is another leg's.
    void remove(Key key, SipDialogLeg leg) {
        legs.remove(key, leg);
    }

    /// An INVITE of ours is about to be sent; until it is answered its dialog has no tag of the
    /// peer.
    void calling(String callId, OutgoingSipLeg leg) {
        outgoing.put(callId, leg);
        told.accept(callId, leg.id().call());
    }

    /// The leg whose INVITE has this Call-ID.
    Optional<OutgoingSipLeg> outgoing(String callId) {
        return Optional.ofNullable(outgoing.get(callId));
    }

    /// The leg needs nothing more.
    void called(String callId, OutgoingSipLeg leg) {
        outgoing.remove(callId, leg);
    }

    /// Where requests go that belong to no call, by their Call-ID.
    void aim(String callId, InetAddress address, int port) {
        aims.put(callId, new InetSocketAddress(address, port));
    }

    Optional<InetSocketAddress> aimOf(String callId) {
        return Optional.ofNullable(aims.get(callId));
    }

    /// No more of them follow.
    void forgetAim(String callId) {
        aims.remove(callId);
    }

    /// Whether a dialog lives that was opened from a host.
    boolean anyWith(String host) {
        return legs.values().stream().anyMatch(leg -> leg.peerHost().equals(host))
                || outgoing.values().stream().anyMatch(leg -> leg.peerHost().equals(host));
    }

    /// A leg is about to send BYE, which is to be answered.
    void parting(SipDialogLeg leg) {
        parting.add(leg);
    }

    /// The BYE of a leg was answered, or never will be.
    void parted(SipDialogLeg leg) {
        parting.remove(leg);
    }

    /// The legs whose dialogs live.
    List<SipDialogLeg> living() {
        return legs.values().stream().distinct().toList();
    }

    /// What the trunks of all legs that need something more were configured as when they began.
    List<TrunkConfig> trunks() {
        return Stream.of(legs.values(), outgoing.values(), parting)
                .flatMap(Collection::stream)
                .map(SipDialogLeg::trunk)
                .distinct()
                .toList();
    }

    /// How many dialogs live, or wait for the answer to our BYE.
    int size() {
        return living().size() + parting.size();
    }
}
