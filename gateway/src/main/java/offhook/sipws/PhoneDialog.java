package offhook.sipws;

import offhook.call.ReplacedDialog;
import offhook.sip.Identifiers;
import offhook.sip.WireMessage;

/// The names of one dialog with a phone (RFC 3261 §12), and the requests made in it. There is no
/// proxy between a phone and us, so there is no route set: every request goes by the phone's own
/// socket, whatever the host of its Contact (RFC 7118 §5). On the desk's owner.
final class PhoneDialog {

    /// RFC 7118 §5.1: nobody resolves the host, all goes by the socket.
    private static final String VIA_HOST = "offhook.invalid";

    private static final int MAX_FORWARDS = 70;

    /// The user of our Contact, which names nobody.
    static final String CONTACT_USER = "offhook";

    private final Phone phone;
    private final String callId;
    private final String localTag = Identifiers.next();
    private final String local;
    private String remote;
    private String remoteTag;
    private String target;
    private long number;
    private long peerNumber = -1;

    private PhoneDialog(
            Phone phone,
            String callId,
            String local,
            String remote,
            String remoteTag,
            String target) {
        this.phone = phone;
        this.callId = callId;
        this.local = local;
        this.remote = remote;
        this.remoteTag = remoteTag;
        this.target = target;
    }

    /// One that we are about to open with a phone.
    ///
    /// @param local who calls: a name-addr
    static PhoneDialog opening(Phone phone, String local) {
        return new PhoneDialog(
                phone, Identifiers.next(), local, "<" + phone.address() + ">", "", phone.contact());
    }

    /// One that a phone opens.
    static PhoneDialog opened(Phone phone, WireMessage invite, String target) {
        PhoneDialog dialog =
                new PhoneDialog(
                        phone,
                        invite.callId(),
                        invite.header("to").orElse(""),
                        invite.header("from").orElse(""),
                        invite.fromTag(),
                        target);
        dialog.peerNumber = invite.number();
        return dialog;
    }

    String callId() {
        return callId;
    }

    String localTag() {
        return localTag;
    }

    String remoteTag() {
        return remoteTag;
    }

    /// Whether these are its names, from whichever end.
    boolean isNamed(ReplacedDialog named) {
        return callId.equals(named.callId())
                && (isNamed(named.toTag(), named.fromTag())
                        || isNamed(named.fromTag(), named.toTag()));
    }

    private boolean isNamed(String ours, String theirs) {
        return localTag.equals(ours) && remoteTag.equals(theirs);
    }

    /// The phone answered: its tag is known from now on.
    void established(WireMessage response, String contact) {
        remote = response.header("to").orElse(remote);
        remoteTag = response.toTag();
        target = contact;
    }

    /// The phone names another Contact (RFC 3261 §12.2).
    void retarget(String contact) {
        target = contact;
    }

    /// Whether a request comes in order (RFC 3261 §12.2.2); if so, later ones must be numbered
    /// above it.
    boolean takes(WireMessage request) {
        if (request.method().equals("ACK")) {
            return true;
        }
        if (request.number() <= peerNumber) {
            return false;
        }
        peerNumber = request.number();
        return true;
    }

    /// Our Contact.
    String contact() {
        return "<sip:" + CONTACT_USER + "@" + phone.host() + ";transport=ws>";
    }

    /// The next request in the dialog.
    MessageText request(String method, String branch) {
        number++;
        return request(method, branch, number);
    }

    /// ACK of a 200, or CANCEL, of an INVITE: with its number.
    MessageText request(String method, String branch, long ofInvite) {
        boolean tagged = remoteTag.isEmpty() || remote.contains("tag=");
        return request(method, branch, ofInvite, tagged ? remote : remote + ";tag=" + remoteTag);
    }

    /// ACK of a refusal, with the To of that one alone (RFC 3261 §17.1.1.3).
    MessageText refused(WireMessage refusal, String branch) {
        return request("ACK", branch, refusal.number(), refusal.header("to").orElse(remote));
    }

    private MessageText request(String method, String branch, long ofRequest, String to) {
        return MessageText.request(method, target)
                .copied(
                        "Via",
                        "SIP/2.0/" + phone.transport() + " " + VIA_HOST + ";branch=" + branch)
                .copied("Max-Forwards", Integer.toString(MAX_FORWARDS))
                .copied("From", local + ";tag=" + localTag)
                .copied("To", to)
                .copied("Call-ID", callId)
                .copied("CSeq", ofRequest + " " + method);
    }
}
