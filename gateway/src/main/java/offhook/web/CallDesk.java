package offhook.web;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import offhook.call.CallDetails;
import offhook.call.CallId;
import offhook.call.CallIntake;
import offhook.call.CallRefusedException;
import offhook.call.CodecPreference;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.LegId;
import offhook.call.MediaProfile;
import offhook.call.Party;
import offhook.runtime.Owner;
import offhook.sdp.SessionDescription;
import org.jspecify.annotations.Nullable;

/// Opens the calls that pages dial, for the [AgentDesk] whose owner it shares.
final class CallDesk {

    private static final String SOURCE = "web";

    private final AgentDesk desk;
    private final GuestCalls guests;
    private final Map<CallId, Owner.Deadline> ends = new HashMap<>();
    private @Nullable CallIntake intake;

    CallDesk(AgentDesk desk) {
        this.desk = desk;
        this.guests = new GuestCalls(desk.owner().clock());
    }

    /// Where calls begin. Before the first socket.
    void openCallsAt(CallIntake where) {
        intake = where;
    }

    /// A page dials. The agent is busy from here on, so that nothing rings meanwhile.
    ///
    /// @param address of the page
    void onDial(
            AgentSession session,
            ClientMessage.Dial dial,
            SessionDescription offer,
            String address) {
        Optional<Guest> guest = session.profile().guest();
        if (session.isExpired()) {
            refuse(session, dial, WebError.TOKEN_EXPIRED.object());
        } else if (guest.isPresent()) {
            onGuestDial(session, dial, offer, address, guest.get());
        } else {
            onAgentDial(session, dial, offer);
        }
    }

    private void onAgentDial(
            AgentSession session, ClientMessage.Dial dial, SessionDescription offer) {
        Optional<String> number = DialledNumber.of(dial.to());
        CallId call = CallId.next();
        if (number.isEmpty()) {
            refuse(session, dial, WebError.BAD_NUMBER.object());
        } else if (!session.profile().permissions().mayDial(number.get())) {
            refuse(session, dial, WebError.NOT_PERMITTED.object());
        } else if (!DialledHeaders.areFit(dial.headers())) {
            refuse(session, dial, WebError.BAD_HEADERS.object());
        } else if (!desk.engage(session, call)) {
            refuse(session, dial, WebError.IN_CALL.object());
        } else {
            open(session, dial.request(), incoming(session, dial, number.get(), offer), call);
        }
    }

    /// A visitor calls the one whom its site leads to, whatever it dialled.
    private void onGuestDial(
            AgentSession session,
            ClientMessage.Dial dial,
            SessionDescription offer,
            String address,
            Guest guest) {
        CallId call = CallId.next();
        if (!desk.engage(session, call)) {
            refuse(session, dial, WebError.IN_CALL.object());
            return;
        }
        Optional<WebError.ErrorObject> refusal = guests.begin(guest.site(), address, call);
        if (refusal.isPresent()) {
            refuse(session, dial, refusal.get());
            return;
        }
        IncomingCall incoming =
                new IncomingCall(
                        guest.site().source(),
                        guest.party(),
                        new Party(guest.site().source(), ""),
                        new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                        Optional.of(offer),
                        session.agent() + "/" + dial.request(),
                        guest.details());
        DialledLeg leg = open(session, dial.request(), incoming, call);
        ends.put(
                call,
                desk.owner()
                        .schedule(
                                guest.site().call().toNanos(),
                                () ->
                                        leg.onFailed(
                                                EndCause.gateway(
                                                        "call-limit",
                                                        200,
                                                        31,
                                                        "the longest call is over"))));
        if (leg.isOver()) {
            onOver(leg);
        }
    }

    /// A call that a page dialled is over.
    void onOver(DialledLeg leg) {
        Owner.Deadline end = ends.remove(leg.call());
        if (end != null) {
            end.cancel();
        }
        leg.page().profile().guest().ifPresent(guest -> guests.over(guest.site(), leg.call()));
    }

    private static IncomingCall incoming(
            AgentSession session,
            ClientMessage.Dial dial,
            String number,
            SessionDescription offer) {
        return new IncomingCall(
                SOURCE,
                session.profile().party(),
                new Party(number, ""),
                new MediaProfile.Browser(CodecPreference.QUALITY, Optional.empty()),
                Optional.of(offer),
                session.agent() + "/" + dial.request(),
                CallDetails.ofAgent(
                        session.agent(),
                        session.profile().withholdNumber() || dial.withheld(),
                        dial.headers()));
    }

    private DialledLeg open(
            AgentSession session, String request, IncomingCall incoming, CallId call) {
        DialledLeg leg = new DialledLeg(desk, new LegId(call, 0), session, incoming.called());
        desk.hold(session, leg);
        // First of all: what the call says of itself comes behind it.
        session.sendSurely(new ServerMessage.Dialled(request, call));
        try {
            leg.bind(
                    Objects.requireNonNull(intake, "started without a way to open calls")
                            .open(call, incoming, leg));
        } catch (CallRefusedException e) {
            leg.onFailed(EndCause.gateway("refused", e.verdict().sipStatus(), 42, e.explanation()));
        }
        return leg;
    }

    private static void refuse(
            AgentSession session, ClientMessage.Dial dial, WebError.ErrorObject error) {
        session.send(new ServerMessage.DialRefused(dial.request(), error));
    }
}
