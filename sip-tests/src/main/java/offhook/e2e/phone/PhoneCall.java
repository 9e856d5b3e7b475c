package offhook.e2e.phone;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import offhook.e2e.process.Await;
import offhook.e2e.process.Ports;

/// One call of a phone: its dialog (RFC 3261 §12) and its media.
///
/// The wire's thread calls `onMessage`, the test's thread everything else; they meet in the trace
/// and in the dialog's few volatile texts.
public final class PhoneCall implements AutoCloseable {
    private static final Duration T1 = Duration.ofMillis(500);
    private static final int MAX_SENDS = 7;

    /// A message of this call with the time it was sent or had come.
    public record Traced(long atNanos, boolean sent, SipMessage message) {}

    private final List<Traced> trace = new CopyOnWriteArrayList<>();
    private final SipWire wire;
    private final String user;
    private final String displayName;
    private final String allow;
    private final String more;
    private final String target;
    private final String callId;
    private final String fromTag = Long.toHexString(ThreadLocalRandom.current().nextLong());
    private final PhoneMedia media;
    private final String inviteBranch = newBranch();
    private volatile CallOffer offer; // written by the test, read by the wire's thread
    private volatile String remoteTo; // written by the wire's thread, read by the test
    private volatile String remoteTarget; // the same
    private volatile List<String> routes = List.of(); // the same
    private volatile boolean remoteEnded; // the same
    private volatile int sequence = 1; // written by the test, read by the wire's thread
    private volatile int sdpVersion = 1; // written by whoever makes the next SDP, one at a time

    PhoneCall(
            SipWire wire,
            String user,
            String displayName,
            String allow,
            String more,
            String target,
            String callId,
            CallOffer offer,
            PhoneMedia media) {
        this.wire = wire;
        this.user = user;
        this.displayName = displayName;
        this.allow = allow;
        this.more = more;
        this.target = target;
        this.callId = callId;
        this.offer = offer;
        this.remoteTarget = target;
        this.remoteTo = "<" + target + ">";
        this.media = media;
    }

    String callId() {
        return callId;
    }

    /// What it says and hears.
    public RtpPhone media() {
        if (media instanceof RtpPhone rtp) {
            return rtp;
        }
        throw new IllegalStateException("its sound is carried by " + media);
    }

    /// Every message so far.
    public List<Traced> trace() {
        return List.copyOf(trace);
    }

    void start() {
        sendReliably(request("INVITE", 1, inviteBranch, offer.inAck() ? "" : sdp()), 1);
    }

    /// Waits until a response to `method` with that sequence number satisfies `wanted`.
    private SipMessage await(
            String what, int number, Duration limit, Predicate<SipMessage> wanted) {
        Predicate<Traced> matches =
                t ->
                        !t.sent()
                                && t.message().isResponse()
                                && t.message().sequenceNumber() == number
                                && wanted.test(t.message());
        Await.until(what, limit, () -> trace.stream().anyMatch(matches));
        return trace.stream().filter(matches).findFirst().orElseThrow().message();
    }

    /// Waits for a response to the first INVITE with that status.
    public SipMessage awaitStatus(int status, Duration limit) {
        return await("status " + status, 1, limit, m -> m.status() == status);
    }

    /// Waits for the final response to the first INVITE, and acknowledges it.
    public SipMessage awaitFinal(Duration limit) {
        return await(
                "a final response",
                1,
                limit,
                m -> m.status() >= 200 && m.method().equals("INVITE"));
    }

    /// Waits until the call is answered; media runs from then on.
    public PhoneCall awaitAnswer(Duration limit) {
        SipMessage answer = awaitFinal(limit);
        if (answer.status() != 200) {
            throw new IllegalStateException("refused: " + answer.startLine());
        }
        return this;
    }

    /// Waits until the other side has sent BYE.
    public void awaitBye(Duration limit) {
        Await.until("BYE", limit, () -> remoteEnded);
    }

    public boolean hasEnded() {
        return remoteEnded;
    }

    /// Offers anew in the dialog and waits for the answer (RFC 3261 §14).
    public SipMessage reinvite(CallOffer newOffer, Duration limit) {
        offer = newOffer;
        media.agreeOn(newOffer);
        int number = next();
        sendReliably(request("INVITE", number, newBranch(), newOffer.inAck() ? "" : sdp()), number);
        return await("the answer of a re-INVITE", number, limit, m -> m.status() >= 200);
    }

    /// Sends another request in the dialog, with a body if not empty.
    public SipMessage request(String method, String contentType, String body, Duration limit) {
        int number = next();
        SipMessage request = request(method, number, newBranch(), "");
        List<String> headers = new ArrayList<>(request.headers());
        if (!body.isEmpty()) {
            headers.add("Content-Type: " + contentType);
        }
        sendReliably(new SipMessage(request.startLine(), headers, body), number);
        return await("the answer of " + method, number, limit, m -> m.status() >= 200);
    }

    /// Sends another request in the dialog, with header fields of its own, and `NAME: VALUE`
    /// written out.
    public SipMessage request(String method, List<String> fields, String body, Duration limit) {
        int number = next();
        SipMessage request = request(method, number, newBranch(), "");
        List<String> headers = new ArrayList<>(request.headers());
        headers.addAll(fields);
        sendReliably(new SipMessage(request.startLine(), headers, body), number);
        return await("the answer of " + method, number, limit, m -> m.status() >= 200);
    }

    /// The dialog as who is to take this phone's place in it names it to the gateway (RFC 3891).
    public String replaces() {
        String tag = remoteTo.substring(remoteTo.indexOf("tag=") + 4);
        return "Replaces: " + callId + ";to-tag=" + tag + ";from-tag=" + fromTag;
    }

    /// Sends BYE and waits for its answer.
    public SipMessage hangUp(Duration limit) {
        media.stop();
        return request("BYE", "", "", limit);
    }

    /// Moves its media to another port, which the next SDP names.
    public void moveMedia() {
        media().move(Ports.freePair());
    }

    /// Sends the INVITE once more, as it was.
    public void repeatInvite() {
        trace.stream()
                .filter(t -> t.sent() && t.message().method().equals("INVITE"))
                .findFirst()
                .ifPresent(t -> send(t.message()));
    }

    /// Cancels the INVITE and waits for 487 (RFC 3261 §9.1).
    public SipMessage cancel(Duration limit) {
        SipMessage cancel = request("CANCEL", 1, inviteBranch, "");
        List<String> headers = new ArrayList<>(cancel.headers());
        headers.removeIf(h -> h.startsWith("To:") || h.startsWith("Route:"));
        headers.add("To: <" + target + ">");
        send(new SipMessage("CANCEL " + target + " SIP/2.0", headers, ""));
        return awaitFinal(limit);
    }

    void onMessage(SipMessage message) {
        trace.add(new Traced(System.nanoTime(), false, message));
        if (message.isResponse()) {
            onResponse(message);
        } else if (!message.method().equals("ACK")) {
            onRequest(message);
        } else if (!message.body().isEmpty()) {
            media.onSdp(message.body());
        }
    }

    private void onResponse(SipMessage response) {
        if (!response.method().equals("INVITE") || response.status() < 200) {
            return;
        }
        int number = response.sequenceNumber();
        remoteTo = response.header("To");
        if (response.status() >= 300) {
            String branch = number == 1 ? inviteBranch : branchOf(response);
            send(request("ACK", number, branch, ""));
            return;
        }
        remoteTarget = response.uriOf("Contact");
        routes = response.hops("Record-Route").reversed();
        send(request("ACK", number, newBranch(), offer.inAck() ? sdp() : ""));
        media.onSdp(response.body());
    }

    private void onRequest(SipMessage request) {
        String body = request.method().equals("INVITE") ? sdp() : "";
        boolean ends = request.method().equals("BYE");
        if (ends) {
            media.stop();
        }
        if (!request.body().isEmpty() && request.method().equals("INVITE")) {
            media.onSdp(request.body());
        }
        List<String> headers = new ArrayList<>();
        request.headers("Via").forEach(v -> headers.add("Via: " + v));
        for (String name : List.of("From", "To", "Call-ID", "CSeq")) {
            headers.add(name + ": " + request.header(name));
        }
        headers.add("Contact: " + contact());
        if (!body.isEmpty()) {
            headers.add("Content-Type: application/sdp");
        }
        send(new SipMessage("SIP/2.0 200 OK", headers, body));
        // Whoever waits for the end closes the phone at once: not before it has answered.
        if (ends) {
            remoteEnded = true;
        }
    }

    private SipMessage request(String method, int number, String branch, String sdp) {
        List<String> headers = new ArrayList<>();
        InetSocketAddress local = wire.local();
        headers.add(
                "Via: SIP/2.0/%s %s:%d;branch=%s;rport"
                        .formatted(
                                wire.transport(),
                                SipMessage.host(local.getAddress()),
                                local.getPort(),
                                branch));
        routes.forEach(r -> headers.add("Route: " + r));
        headers.add(
                "From: \"%s\" <sip:%s@%s>;tag=%s"
                        .formatted(
                                displayName, user, SipMessage.host(local.getAddress()), fromTag));
        headers.add("To: " + remoteTo);
        headers.add("Call-ID: " + callId);
        headers.add("CSeq: " + number + " " + method);
        headers.add("Contact: " + contact());
        headers.add("Max-Forwards: 70");
        if (!allow.isEmpty()) {
            headers.add("Allow: " + allow);
        }
        if (method.equals("INVITE") && !more.isEmpty()) {
            headers.add(more);
        }
        if (!sdp.isEmpty()) {
            headers.add("Content-Type: application/sdp");
        }
        return new SipMessage(method + " " + remoteTarget + " SIP/2.0", headers, sdp);
    }

    /// Repeats over UDP until something answers (RFC 3261 §17.1.1.2).
    private void sendReliably(SipMessage request, int number) {
        send(request);
        if (wire.transport().equals("UDP")) {
            Thread.ofVirtual().start(() -> repeat(request, number));
        }
    }

    private void repeat(SipMessage request, int number) {
        Duration pause = T1;
        for (int sends = 1; sends < MAX_SENDS; sends++) {
            boolean answered =
                    Await.within(
                            pause,
                            () ->
                                    trace.stream()
                                            .anyMatch(t ->
                                                    !t.sent()
                                                            && t.message().isResponse()
                                                            && t.message().sequenceNumber()
                                                                    == number));
            if (answered) {
                return;
            }
            send(request);
            pause = pause.multipliedBy(2);
        }
    }

    private void send(SipMessage message) {
        trace.add(new Traced(System.nanoTime(), true, message));
        wire.send(message);
    }

    private String sdp() {
        int version = sdpVersion;
        sdpVersion = version + 1;
        String own = wire.local().getAddress().getHostAddress();
        return media.describe(offer.toSdp(own, media.port(), version));
    }

    private int next() {
        int number = sequence + 1;
        sequence = number;
        return number;
    }

    private String contact() {
        InetSocketAddress local = wire.local();
        return "<sip:%s@%s:%d;transport=%s>"
                .formatted(
                        user,
                        SipMessage.host(local.getAddress()),
                        local.getPort(),
                        wire.transport().toLowerCase(java.util.Locale.ROOT));
    }

    private static String branchOf(SipMessage message) {
        String via = message.header("Via");
        String branch = via.substring(via.indexOf("branch=") + 7);
        int end = branch.indexOf(';');
        return end < 0 ? branch : branch.substring(0, end);
    }

    private static String newBranch() {
        return "z9hG4bK" + Long.toHexString(ThreadLocalRandom.current().nextLong());
    }

    @Override
    public void close() {
        media.close();
    }
}
