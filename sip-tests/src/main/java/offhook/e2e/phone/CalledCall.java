package offhook.e2e.phone;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;
import offhook.e2e.speech.G711;

/// One call that reached a [CalledPhone]: the answering side of its dialog (RFC 3261 §13.3) and its
/// media, G.711 A-law.
///
/// The phone's thread calls `onMessage`, the test's thread everything else; they meet in the list
/// of messages.
public final class CalledCall implements AutoCloseable {
    private final List<SipMessage> received = new CopyOnWriteArrayList<>();
    private final String tag = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final CallOffer answer = CallOffer.of(G711.PCMA);
    private final CalledPhone phone;
    private final SipMessage invite;
    private final InetSocketAddress gateway;
    private final RtpPhone media;
    private volatile boolean taken; // written by the test, read by it

    CalledCall(CalledPhone phone, SipMessage invite, InetSocketAddress gateway) {
        this.phone = phone;
        this.invite = invite;
        this.gateway = gateway;
        this.media = new RtpPhone(phone.address(), Ports.freePair(), answer);
    }

    String callId() {
        return invite.header("Call-ID");
    }

    boolean isTaken() {
        return taken;
    }

    void take() {
        taken = true;
    }

    /// What called it.
    public SipMessage invite() {
        return invite;
    }

    /// What it says and hears.
    public RtpPhone media() {
        return media;
    }

    void trying() {
        phone.send(response(invite, 100, "Trying", "", false), gateway);
    }

    /// Says that it rings.
    public CalledCall ring() {
        phone.send(response(invite, 180, "Ringing", "", true), gateway);
        return this;
    }

    /// Sends sound before it answers.
    public CalledCall progress() {
        phone.send(response(invite, 183, "Session Progress", sdp(), true), gateway);
        media.onSdp(invite.body());
        return this;
    }

    /// Answers; waits for the ACK.
    public CalledCall answer(Duration limit) {
        phone.send(response(invite, 200, "OK", sdp(), true), gateway);
        if (media.remote().isEmpty()) {
            media.onSdp(invite.body());
        }
        await("ACK", limit);
        return this;
    }

    /// Refuses; waits for the ACK.
    public void refuse(int status, String phrase, Duration limit) {
        phone.send(response(invite, status, phrase, "", true), gateway);
        await("ACK", limit);
    }

    /// Waits for a request of the gateway within the call.
    public SipMessage await(String method, Duration limit) {
        Await.until(method + " at the phone", limit, () -> request(method).isPresent());
        return request(method).orElseThrow();
    }

    private Optional<SipMessage> request(String method) {
        return received.stream()
                .filter(m -> !m.isResponse() && m.method().equals(method))
                .findFirst();
    }

    /// Sends BYE and waits for its answer.
    public void hangUp(Duration limit) {
        media.stop();
        List<String> headers = new ArrayList<>();
        headers.add(
                "Via: SIP/2.0/UDP %s;branch=z9hG4bK%s;rport"
                        .formatted(
                                phone.hostPort(),
                                Long.toHexString(ThreadLocalRandom.current().nextLong())));
        headers.add("From: " + invite.header("To") + ";tag=" + tag);
        headers.add("To: " + invite.header("From"));
        headers.add("Call-ID: " + callId());
        headers.add("CSeq: 1 BYE");
        headers.add("Max-Forwards: 70");
        invite.hops("Record-Route").forEach(hop -> headers.add("Route: " + hop));
        phone.send(
                new SipMessage("BYE " + invite.uriOf("Contact") + " SIP/2.0", headers, ""),
                gateway);
        Await.until(
                "the answer of BYE",
                limit,
                () -> received.stream().anyMatch(m -> m.isResponse() && m.status() == 200));
    }

    void onMessage(SipMessage message) {
        received.add(message);
        if (message.isResponse()) {
            return;
        }
        switch (message.method()) {
            case "BYE" -> {
                media.stop();
                phone.send(response(message, 200, "OK", "", false), gateway);
            }
            case "CANCEL" -> {
                phone.send(response(message, 200, "OK", "", true), gateway);
                phone.send(response(invite, 487, "Request Terminated", "", true), gateway);
            }
            default -> {
                // An INVITE again, or an ACK.
            }
        }
    }

    /// @param tagged whether To gets our tag; a request within the dialog has it already
    private SipMessage response(
            SipMessage request, int status, String phrase, String sdp, boolean tagged) {
        List<String> headers = new ArrayList<>();
        request.headers("Via").forEach(v -> headers.add("Via: " + v));
        request.headers("Record-Route").forEach(r -> headers.add("Record-Route: " + r));
        headers.add("From: " + request.header("From"));
        headers.add("To: " + request.header("To") + (tagged ? ";tag=" + tag : ""));
        headers.add("Call-ID: " + callId());
        headers.add("CSeq: " + request.header("CSeq"));
        headers.add("Contact: <" + phone.uri() + ">");
        if (!sdp.isEmpty()) {
            headers.add("Content-Type: application/sdp");
        }
        return new SipMessage("SIP/2.0 " + status + " " + phrase, headers, sdp);
    }

    private String sdp() {
        return answer.toSdp(phone.address().getHostAddress(), media.port(), 1);
    }

    @Override
    public void close() {
        media.close();
    }
}
