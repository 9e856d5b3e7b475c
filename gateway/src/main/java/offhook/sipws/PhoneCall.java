package offhook.sipws;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.call.CallInput;
import offhook.call.DigitPath;
import offhook.call.EndCause;
import offhook.call.HoldSign;
import offhook.call.TransferOrder;
import offhook.call.TransferReport;
import offhook.fault.PeerException;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;
import offhook.sip.Identifiers;
import offhook.sip.WireMessage;
import org.jspecify.annotations.Nullable;

/// One dialog with one phone (RFC 3261 §12), whoever opened it: what its INVITE goes through is
/// [RungCall]'s or [DialledCall]'s. A phone holds the call by the direction of its description (RFC
/// 3264 §8.4): that is a wish like the button of a page, and whoever waits hears music. On the
/// desk's owner.
abstract sealed class PhoneCall permits RungCall, DialledCall {

    static final String ALLOW = "INVITE, ACK, BYE, CANCEL, OPTIONS, INFO, REFER, UPDATE, NOTIFY";
    static final String SDP = "application/sdp";
    private static final int DIGIT_MILLIS = 160;

    private final Phone phone;
    private final PhoneLeg leg;
    private final PhoneDialog dialog;

    /// A re-INVITE or UPDATE that waits for the call's word.
    private @Nullable WireMessage renegotiation;

    private @Nullable PhoneRefer refer;
    private boolean held;

    PhoneCall(Phone phone, PhoneLeg leg, PhoneDialog dialog) {
        this.phone = phone;
        this.leg = leg;
        this.dialog = dialog;
        phone.hold(dialog.callId(), this);
        leg.desk().recorder().belongs(dialog.callId(), leg.id().call());
    }

    final Phone phone() {
        return phone;
    }

    final PhoneLeg leg() {
        return leg;
    }

    final PhoneDialog dialog() {
        return dialog;
    }

    // --- what the phone does

    /// A request that names this call.
    final void onRequest(WireMessage request) {
        if (request.method().equals("CANCEL")) {
            onCancel(request);
            return;
        }
        if (request.toTag().isEmpty() || !isInDialog(request)) {
            answer(request, request.toTag().isEmpty() ? 482 : 481);
            return;
        }
        if (!dialog.takes(request)) {
            answer(request, 500); // RFC 3261 §12.2.2
            return;
        }
        switch (request.method()) {
            case "ACK" -> onAck();
            case "BYE" -> onBye(request);
            case "OPTIONS" -> phone.send(capabilities(request).end());
            case "NOTIFY" -> answer(request, 481); // of nothing that was asked for
            case "INVITE", "UPDATE", "INFO", "REFER" -> {
                if (isAnswered()) {
                    onWish(request);
                } else {
                    answer(request, 491);
                }
            }
            default -> answer(request, 405);
        }
    }

    private boolean isInDialog(WireMessage request) {
        return request.toTag().equals(dialog.localTag())
                && request.fromTag().equals(dialog.remoteTag());
    }

    private void onWish(WireMessage request) {
        try {
            switch (request.method()) {
                case "INFO" -> onInfo(request);
                case "REFER" -> onRefer(request);
                default -> onRenegotiation(request);
            }
        } catch (PeerException e) {
            refuse(request, e.verdict().sipStatus(), e.explanation());
        }
    }

    /// The phone confirmed our answer.
    abstract void onAck();

    /// The phone takes back its INVITE.
    abstract void onCancel(WireMessage cancel);

    /// Whether the call is answered, so that more than its end can be asked for.
    abstract boolean isAnswered();

    private void onBye(WireMessage bye) {
        answer(bye, 200);
        dropWaiting();
        onHungUp();
        close();
        leg.ended(EndCause.hangUp(leg.side()));
    }

    /// The phone hung up; what waits for a word of ours is to get it.
    abstract void onHungUp();

    private void onInfo(WireMessage info) throws PeerException {
        if (info.body().isEmpty()) {
            answer(info, info.header("info-package").isPresent() ? 469 : 200);
            return;
        }
        Optional<WireMessage.Digit> digit = info.digit();
        // Before the answer: the phone may send the next digit as soon as it has it.
        digit.ifPresent(d ->
                leg.offer(
                        new CallInput.DigitReceived(
                                leg.id(), d.digit(), d.durationMillis(), DigitPath.INFO)));
        answer(info, 200);
    }

    private void onRenegotiation(WireMessage request) throws PeerException {
        request.contact().ifPresent(contact -> dialog.retarget(contact.uri()));
        boolean update = request.method().equals("UPDATE");
        if (update && request.body().isEmpty()) {
            phone.send(refreshed(request, accepted(request)).end());
            return;
        }
        if (renegotiation != null) {
            answer(request, 491);
            return;
        }
        SessionDescription offer = description(request);
        renegotiation = request;
        if (!update) {
            answer(request, 100);
        }
        leg.offer(new CallInput.LegRenegotiating(leg.id(), Optional.of(offer)));
        boolean holds =
                offer.media().stream()
                        .filter(section -> section.isAudio() && !section.isRejected())
                        .anyMatch(section -> !section.direction().receives());
        if (holds != held) {
            held = holds;
            leg.offer(new CallInput.HoldChanged(leg.id(), new HoldSign.Requested(holds)));
        }
    }

    /// The description that a request must carry.
    static SessionDescription description(WireMessage message) throws SdpException {
        return SdpParser.parse(
                message.bodyType().equals(SDP) ? message.body() : "", SdpLimits.BROWSER);
    }

    /// REFER (RFC 3515): the one at the other end is to be led on.
    private void onRefer(WireMessage request) throws PeerException {
        switch (ReferWish.read(this, request.refer())) {
            case ReferWish.Refusal(int status, String why) -> refuse(request, status, why);
            case ReferWish.Transfer _ when refer != null ->
                    refuse(request, 491, "another transfer of this call is running");
            case ReferWish.Transfer(TransferOrder order) -> {
                if (leg.offer(new CallInput.TransferRequested(leg.id(), order))) {
                    refer = new PhoneRefer(this, request);
                } else {
                    refuse(request, 503, "the call takes in nothing more");
                }
            }
        }
    }

    // --- what the call wants

    final void answerUpdate(SessionDescription local) {
        WireMessage waiting = renegotiation;
        renegotiation = null;
        if (waiting != null) {
            phone.send(refreshed(waiting, accepted(waiting)).end(SDP, SdpWriter.write(local)));
        }
    }

    final void refuseUpdate(EndCause cause) {
        WireMessage waiting = renegotiation;
        renegotiation = null;
        if (waiting != null) {
            refuse(waiting, cause.sipCode() >= 400 ? cause.sipCode() : 488, cause.detail());
        }
    }

    /// The far side pressed a key: INFO, as the phone itself sends it.
    final void showDigit(char digit) {
        if (isAnswered()) {
            String branch = Identifiers.nextBranch();
            phone.ask(
                    branch,
                    dialog.request("INFO", branch)
                            .field("Contact", dialog.contact())
                            .end(
                                    "application/dtmf-relay",
                                    WireMessage.digitBody(
                                            new WireMessage.Digit(digit, DIGIT_MILLIS))),
                    _ -> {});
        }
    }

    final void transferring(TransferReport report) {
        PhoneRefer running = refer;
        if (running != null && running.report(report)) {
            refer = null;
        }
    }

    /// Hangs up (RFC 3261 §15.1.1).
    final void bye(EndCause cause) {
        dropWaiting();
        String branch = Identifiers.nextBranch();
        MessageText bye = dialog.request("BYE", branch);
        reason(cause).ifPresent(value -> bye.field("Reason", value));
        phone.ask(branch, bye.end(), _ -> {});
        close();
    }

    private void dropWaiting() {
        WireMessage waiting = renegotiation;
        renegotiation = null;
        if (waiting != null) {
            answer(waiting, 487);
        }
        PhoneRefer running = refer;
        refer = null;
        if (running != null) {
            running.drop();
        }
    }

    /// Is found by no request any more.
    void close() {
        phone.letGo(dialog.callId(), this);
    }

    // --- words

    final void answer(WireMessage request, int status) {
        if (!request.method().equals("ACK")) {
            MessageText response =
                    MessageText.response(request, status, status == 100 ? "" : dialog.localTag());
            phone.send((status == 405 ? response.field("Allow", ALLOW) : response).end());
        }
    }

    final void refuse(WireMessage request, int status, String why) {
        phone.send(
                MessageText.response(request, status, dialog.localTag())
                        .field("Warning", "399 offhook " + MessageText.quoted(why))
                        .end());
    }

    /// 200 to INVITE, re-INVITE or UPDATE.
    final MessageText accepted(WireMessage request) {
        return capabilities(request).field("Contact", dialog.contact());
    }

    private MessageText capabilities(WireMessage request) {
        return MessageText.response(request, 200, dialog.localTag()).field("Allow", ALLOW);
    }

    /// Agrees to the session timer that a phone asks for (RFC 4028 §9): it refreshes, and the
    /// socket tells of its end long before.
    static MessageText refreshed(WireMessage request, MessageText ok) {
        OptionalInt seconds = sessionSeconds(request);
        if (seconds.isEmpty()) {
            return ok;
        }
        return ok.field("Require", "timer")
                .field("Session-Expires", seconds.getAsInt() + ";refresher=uac");
    }

    private static OptionalInt sessionSeconds(WireMessage request) {
        List<String> supported = request.values("supported");
        String asked = request.header("session-expires").orElse("").split(";", 2)[0].strip();
        return supported.stream().anyMatch("timer"::equalsIgnoreCase) && asked.matches("[0-9]{2,5}")
                ? OptionalInt.of(Math.max(90, Integer.parseInt(asked)))
                : OptionalInt.empty();
    }

    /// The value of Reason (RFC 3326), where there is one.
    static Optional<String> reason(EndCause cause) {
        if (cause.reason().equals(EndCause.ANSWERED_ELSEWHERE)) {
            return Optional.of("SIP;cause=200;text=\"Call completed elsewhere\"");
        }
        return cause.q850Cause() < 1 || cause.q850Cause() > 127
                ? Optional.empty()
                : Optional.of(
                        "Q.850;cause="
                                + cause.q850Cause()
                                + ";text="
                                + MessageText.quoted(cause.reason()));
    }
}
